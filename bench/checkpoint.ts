// A gigabyte of state under uniformly random updates, with a checkpoint every ten seconds: how long the hot path stops, what it costs in
// throughput, what is written, and how long a restore takes.
//
// The source counts: the time from one poll to the next is that of a batch with all that comes between. Prints one line of JSON.
// npx esbuild bench/checkpoint.ts --bundle --platform=node --format=esm --packages=external --outfile=build/bench/checkpoint.mjs
// node build/bench/checkpoint.mjs [keys, in millions] [seconds] [text] [share of keys that are updated]
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from '../src/api/session.ts';
import { StateFolder } from '../src/backends/local/node/state-folder.ts';
import type { Connector } from '../src/connectors/connector.ts';
import { Batch } from '../src/data/batch.ts';
import { BATCH_ROWS, Column } from '../src/data/column.ts';
import type { PollResult, SourceContext, SourceReader } from '../src/runtime/source.ts';
import { MemoryState } from '../src/state/memory/memory-state.ts';
import { PageSnapshot } from '../src/state/memory/page-snapshot.ts';

const [keyMillions = '20', seconds = '45', kind = 'bigint', share = '1'] = process.argv.slice(2);
const KEYS = Number(keyMillions) * 1e6;
const HOT = Math.max(1, Math.round(KEYS * Number(share)));
const TEXT_BYTES = 24;
const isText = kind === 'text';

/** How long the hot path did something else, milliseconds; and that only where the system did not give the processor to others meanwhile. */
interface Times {
  readonly all: number[];
  readonly undisturbed: number[];
}

const slices: Times = { all: [], undisturbed: [] };
const barriers: Times = { all: [], undisturbed: [] };
let isCopying = false;
/** Snapshots that were copied under load. */
let snapshots = 0;

/** How often this thread has got the processor. */
function turns(): string {
  try {
    return readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[2]!;
  } catch {
    return '';
  }
}

function timed<A extends unknown[], R>(times: Times, call: (...args: A) => R): (...args: A) => R {
  return function (this: unknown, ...args: A): R {
    const before = turns();
    const begun = performance.now();
    const result = call.apply(this, args);
    const taken = performance.now() - begun;
    times.all.push(taken);
    if (turns() === before) times.undisturbed.push(taken);
    return result;
  };
}

const { step } = PageSnapshot.prototype;
PageSnapshot.prototype.step = timed(slices, function (this: PageSnapshot, isOver?: () => boolean) {
  const outcome = step.call(this, isOver);
  if (outcome === 'done' && isCopying && loadedAt !== 0) snapshots++;
  isCopying = outcome !== 'done';
  return outcome;
});
MemoryState.prototype.beginSnapshot = timed(barriers, MemoryState.prototype.beginSnapshot);

/** Batches by whether a snapshot was being copied: their times, and rows. */
const meets = { copying: [] as number[], alone: [] as number[] };
/** Seconds of the processor by the same, with all threads of the process. */
const cpu = { copying: 0, alone: 0 };
let loadedAt = 0;

/** Every key once, in order; then random ones. */
class LoadSource implements SourceReader {
  readonly split = 0;
  readonly activeSplits: ReadonlySet<number> = new Set([0]);
  bytesRead = 0;
  readonly #batch: Batch;
  readonly #texts: number;
  #next = 0;
  #random = 88_172_645;
  #last = 0;
  #used = 0;

  constructor({ kernels, schema }: SourceContext) {
    this.#batch = new Batch(schema.fields.map(({ type }) => new Column(kernels.memory, type)));
    this.#texts = kernels.memory.alloc(BATCH_ROWS * TEXT_BYTES);
    this.#fillText = (row, key) => {
      const at = this.#texts + row * TEXT_BYTES;
      const { u32 } = kernels.memory;
      for (let word = 0; word < TEXT_BYTES / 4; word++) {
        const mixed = Math.imul(key + word * 0x1000193, 0x9e3779b1) >>> 0;
        u32[(at >>> 2) + word] =
          word === 0 ? 0x61616161 + ((key & 0xf) | ((key & 0xf0) << 4) | ((key & 0xf00) << 8)) : (mixed & 0x0f0f0f0f) + 0x61616161;
      }
      const digits = key >>> 12;
      u32[(at >>> 2) + 1] = 0x61616161 + ((digits & 0xf) | ((digits & 0xf0) << 4) | ((digits & 0xf00) << 8) | ((digits & 0xf000) << 12));
      (this.#batch.columns[0]!.values as Int32Array)[row] = at;
      (this.#batch.columns[0]!.aux as Int32Array)[row] = TEXT_BYTES;
    };
  }

  readonly #fillText: (row: number, key: number) => void;

  poll(): PollResult {
    const now = performance.now();
    const isLoading = this.#next < KEYS;
    if (!isLoading) {
      loadedAt ||= now;
      if (this.#last !== 0) this.#count(now);
    }
    const [keys, values] = this.#batch.columns as [Column, Column];
    for (let row = 0; row < BATCH_ROWS; row++) {
      const key = isLoading ? this.#next + row : this.#randomKey();
      if (isText) this.#fillText(row, key);
      else {
        (keys.values as BigInt64Array)[row] = BigInt(key);
      }
      (values.values as BigInt64Array)[row] = BigInt(row);
    }
    this.#next += BATCH_ROWS;
    this.#batch.rowCount = BATCH_ROWS;
    this.#last = isLoading ? 0 : performance.now();
    return this.#batch;
  }

  #count(now: number): void {
    const { user, system } = process.cpuUsage();
    const used = (user + system) / 1e6;
    const kind = isCopying ? 'copying' : 'alone';
    meets[kind].push(now - this.#last);
    if (this.#used !== 0) cpu[kind] += used - this.#used;
    this.#used = used;
  }

  #randomKey(): number {
    let x = this.#random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random = x;
    return (x >>> 0) % HOT;
  }

  async wait(): Promise<void> {}
  position(): unknown {
    return this.#next;
  }
  restore(position: unknown): void {
    this.#next = position as number;
  }
  progress(): undefined {
    return undefined;
  }
  async close(): Promise<void> {}
}

const load: Connector = {
  descriptor: {
    name: 'load',
    doc: 'The load of this bench.',
    options: [],
    formatted: false,
    source: { bounded: () => true, projection: true },
  },
  openSource: async (context) => new LoadSource(context),
};

const SCRIPT = `
CREATE TABLE load (k ${isText ? 'STRING NOT NULL' : 'BIGINT NOT NULL'}, v BIGINT NOT NULL) WITH ('connector' = 'load');
CREATE TABLE sink (k ${isText ? 'STRING' : 'BIGINT'}, n BIGINT, s BIGINT, low BIGINT, high BIGINT, PRIMARY KEY (k) NOT ENFORCED)
WITH ('connector' = 'blackhole');
SET 'execution.checkpointing.interval' = '10 s';
INSERT INTO sink SELECT k, COUNT(*), SUM(v), MIN(v), MAX(v) FROM load GROUP BY k;`;

const folder = mkdtempSync(join(tmpdir(), 'checkpoint-bench-'));
/** Bytes of files of pages by the checkpoint that wrote them, as long as they were there. */
const written = new Map<number, number>();
let completed: { readonly id: number; readonly durationMs: number } | undefined;
const durations = new Map<number, number>();

function watchFolder(): void {
  const job = join(folder, 'job-1');
  const sizes = new Map<number, number>();
  for (const name of readdirSync(job)) {
    const id = /^checkpoint-(\d+)-.*\.pages$/.exec(name)?.[1];
    if (id !== undefined) sizes.set(Number(id), (sizes.get(Number(id)) ?? 0) + statSync(join(job, name)).size);
  }
  for (const [id, size] of sizes) written.set(id, Math.max(size, written.get(id) ?? 0));
}

async function run(whenLoaded: (stop: () => Promise<void>) => void): Promise<{ startMs: number; startCpuMs: number; stateBytes: number }> {
  const state = new StateFolder(folder);
  const session = await Session.open({ connectors: [load], state });
  let result = { startMs: 0, startCpuMs: 0, stateBytes: 0 };
  for (const statement of session.parse(SCRIPT)) {
    const made = await session.run(statement, SCRIPT);
    if (made.kind !== 'insert') continue;
    const before = process.cpuUsage();
    const begun = performance.now();
    const job = await session.start(made.plan);
    const startMs = performance.now() - begun;
    const used = process.cpuUsage(before);
    let { stateBytes } = job.metrics();
    whenLoaded(() => job.suspend());
    const watch = setInterval(() => {
      watchFolder();
      stateBytes = Math.max(stateBytes, job.metrics().stateBytes);
      const { last } = job.metrics().checkpoints ?? {};
      if (last !== undefined && last !== completed) durations.set(last.id, last.durationMs);
      completed = last;
    }, 200);
    await job.done;
    clearInterval(watch);
    result = { startMs, startCpuMs: (used.user + used.system) / 1000, stateBytes };
  }
  state.close();
  return result;
}

const sorted = (times: readonly number[]): number[] => [...times].sort((a, b) => a - b);
const at = (times: readonly number[], share: number): number =>
  sorted(times)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
const round = (value: number): number => Number(value.toFixed(3));
const rate = (times: readonly number[]): number =>
  Math.round((times.length * BATCH_ROWS) / times.reduce((sum, time) => sum + time, 0) / 1000);

function figures(times: readonly number[]): object {
  return {
    batches: times.length,
    p50: round(at(times, 0.5)),
    p99: round(at(times, 0.99)),
    p999: round(at(times, 0.999)),
    longest: round(at(times, 1)),
  };
}

let suspended = 0;
const { stateBytes } = await run((stop) => {
  const timer = setInterval(() => {
    if (loadedAt === 0 || performance.now() - loadedAt < Number(seconds) * 1000 - 2000) return;
    clearInterval(timer);
    suspended = performance.now();
    void stop();
  }, 100);
});
watchFolder();
/** Seconds of the processor that a checkpoint took beside the batches; the last one, of the suspended job, is not counted. */
const extra = (cpu.copying - (cpu.alone / meets.alone.length) * meets.copying.length) / Math.max(1, snapshots);
const loss = 1 - rate([...meets.copying, ...meets.alone]) / rate(meets.alone);
loadedAt = 0;
const copied = { all: [...slices.all], undisturbed: [...slices.undisturbed] };
const restored = await run((stop) => void setTimeout(() => void stop(), 10));
console.log(
  JSON.stringify(
    {
      keys: KEYS,
      kind,
      updatedShare: HOT / KEYS,
      stateMB: Math.round(stateBytes / 2 ** 20),
      barrierMs: { all: figures(barriers.all), undisturbed: figures(barriers.undisturbed) },
      slicesMs: { all: figures(copied.all), undisturbed: figures(copied.undisturbed) },
      batchMs: { alone: figures(meets.alone), copying: figures(meets.copying) },
      cpuPerCheckpoint: round(extra),
      rowsPerMs: { alone: rate(meets.alone), copying: rate(meets.copying), loss: round(loss) },
      checkpoints: [...written].map(([id, size]) => ({
        id,
        writtenMB: Math.round(size / 2 ** 20),
        ms: Math.round(durations.get(id) ?? 0),
      })),
      suspendMs: Math.round(performance.now() - suspended),
      restoreMs: Math.round(restored.startMs),
      restoreCpuMs: Math.round(restored.startCpuMs),
      restoredMB: Math.round(restored.stateBytes / 2 ** 20),
      maxRssMB: Math.round(process.resourceUsage().maxRSS / 1024),
    },
    null,
    1,
  ),
);
rmSync(folder, { recursive: true });
