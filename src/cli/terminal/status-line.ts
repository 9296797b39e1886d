import type { LocalJob } from '../../backends/local/job.ts';
import type { Drawing, Messages } from '../messages.ts';
import type { JobObserver } from '../script/run-script.ts';
import { cutToWidth } from './display-width.ts';
import { JobStatus } from './job-status.ts';
import { durationText, grouped } from './quantities.ts';
import type { Screen } from './screen.ts';
import { visibleText } from './visible-text.ts';

const REDRAW_MS = 200;

/** Says in a line per job how INSERTs get on, and when they have ended, what they did. */
export class StatusLine implements JobObserver, Drawing {
  readonly #screen: Screen;
  readonly #messages: Messages;
  readonly #jobs = new Map<LocalJob, { readonly label: string; readonly status: JobStatus }>();
  #timer: NodeJS.Timeout | undefined;
  #release: (() => void) | undefined;
  /** Something else is drawn at present. */
  #paused = false;

  constructor(screen: Screen, messages: Messages) {
    this.#screen = screen;
    this.#messages = messages;
  }

  follow(job: LocalJob, label: string): () => void {
    const startedAt = performance.now();
    this.#jobs.set(job, { label: visibleText(label), status: new JobStatus(job) });
    this.#release ??= this.#messages.above(this);
    this.#timer ??= setInterval(() => this.#draw(), REDRAW_MS);
    return () => this.#ended(job, startedAt);
  }

  /** Leaves the terminal to another drawing, until the returned function is called. */
  pause(): () => void {
    this.#paused = true;
    this.erase();
    return () => {
      this.#paused = false;
    };
  }

  erase(): void {
    this.#screen.erase();
  }

  #ended(job: LocalJob, startedAt: number): void {
    const { label } = this.#jobs.get(job)!;
    this.#jobs.delete(job);
    const { rowsIn, rowsOut } = job.metrics();
    const took = durationText(performance.now() - startedAt);
    this.#messages.print(
      `${this.#messages.colours.dim(`${label}: ${grouped(rowsIn)} rows read, ${grouped(rowsOut)} written in ${took}`)}\n`,
    );
    if (this.#jobs.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#release?.();
    this.#release = undefined;
  }

  #draw(): void {
    if (this.#paused) return;
    const width = this.#screen.columns - 1;
    const lines = [...this.#jobs.values()].slice(-Math.max(1, this.#screen.rows - 2)).map(({ label, status }) => {
      const room = Math.max(12, Math.min(label.length, Math.floor(width / 4)));
      return this.#messages.colours.dim(cutToWidth(`${cutToWidth(label, room)}  ${status.line(width - room - 2)}`, width));
    });
    this.#screen.draw(lines);
  }
}
