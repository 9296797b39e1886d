import type { LocalJob } from '../../backends/local/job.ts';
import { cutToWidth, displayWidth } from './display-width.ts';
import { byteText, durationText, grouped } from './quantities.ts';

/** The rate is that of about the last second. */
const RATE_MS = 1000;
const DAY_MS = 86_400_000;
const ESTIMATE_MS_MIN = 500;

interface Sample {
  readonly at: number;
  readonly rows: number;
}

/** One line about a running job: how far it is, rows per second, watermark, late rows, size of its state. */
export class JobStatus {
  readonly #job: LocalJob;
  readonly #startedAt: number;
  readonly #samples: Sample[];

  constructor(job: LocalJob, now = performance.now()) {
    this.#job = job;
    this.#startedAt = now;
    this.#samples = [{ at: now, rows: 0 }];
  }

  /** `now` is monotonic, `wallClock` milliseconds since 1970. */
  line(width: number, now = performance.now(), wallClock = Date.now()): string {
    const metrics = this.#job.metrics();
    if (metrics.restarting !== undefined) {
      const { inMs, cause } = metrics.restarting;
      return cutToWidth(
        `${inMs > 0 ? `restart ${metrics.restarts} in ${durationText(inMs)}` : `restart ${metrics.restarts}`} · ${cause}`,
        width,
      );
    }
    const rate = this.#rate(metrics.rowsIn, now);
    const parts = (short: boolean): string =>
      [
        ...this.#progress(metrics.progress, now),
        `${grouped(rate)} rows/s`,
        ...watermarkText(metrics.watermark, wallClock, short),
        `${grouped(metrics.lateRows)} late`,
        ...(metrics.badRecords > 0 ? [`${grouped(metrics.badRecords)} bad`] : []),
        `state ${byteText(metrics.stateBytes)}`,
        ...(metrics.restarts > 0 ? [metrics.restarts === 1 ? '1 restart' : `${grouped(metrics.restarts)} restarts`] : []),
      ].join(' · ');
    const full = parts(false);
    return displayWidth(full) <= width ? full : cutToWidth(parts(true), width);
  }

  #rate(rows: number, now: number): number {
    this.#samples.push({ at: now, rows });
    while (this.#samples.length > 2 && now - this.#samples[1]!.at >= RATE_MS) this.#samples.shift();
    const first = this.#samples[0]!;
    return now > first.at ? ((rows - first.rows) * 1000) / (now - first.at) : 0;
  }

  #progress(progress: { readonly done: number; readonly total: number } | undefined, now: number): string[] {
    if (progress === undefined || progress.total <= 0) return [];
    const share = Math.min(1, progress.done / progress.total);
    const elapsed = now - this.#startedAt;
    const percent = `${Math.floor(share * 100)} %`;
    if (share < 0.01 || share === 1 || elapsed < ESTIMATE_MS_MIN) return [percent];
    return [percent, `${durationText((elapsed * (1 - share)) / share)} left`];
  }
}

/** How far event time is behind; the time itself where it has nothing to do with now, as with recorded data. */
function watermarkText(watermark: bigint | undefined, wallClock: number, short: boolean): string[] {
  if (watermark === undefined) return [];
  const time = Number(watermark);
  const lag = wallClock - time;
  if (lag >= 0 && lag < DAY_MS) return [`${short ? 'lag' : 'watermark'} ${durationText(lag)}${short ? '' : ' behind'}`];
  const text = new Date(Math.max(-8.64e15, Math.min(8.64e15, time))).toISOString().replace('T', ' ');
  return [short ? `at ${text.slice(0, 16)}` : `watermark ${text.slice(0, 19)}`];
}
