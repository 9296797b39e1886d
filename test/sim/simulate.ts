import { createHash } from 'node:crypto';
import { Session } from '../../src/api/session.ts';
import type { LocalJob } from '../../src/backends/local/job.ts';
import { StateError } from '../../src/common/errors.ts';
import { type Random, seededRandom } from '../../src/common/random.ts';
import { CheckpointStore } from '../../src/runtime/checkpoints/checkpoint-store.ts';
import { type BrokerRecord, FakeBroker } from './fake-broker.ts';
import { FakeDisk } from './fake-disk.ts';
import { simConnector } from './sim-connector.ts';
import { type FaultKind, type Life, World } from './world.ts';

const TABLES = `
CREATE TABLE records (k STRING, v BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '3' SECOND) WITH ('connector' = 'sim');
CREATE TABLE windows (window_start TIMESTAMP(3), k STRING, n BIGINT, total BIGINT) WITH ('connector' = 'sim');
CREATE TABLE keys (k STRING, n BIGINT, total BIGINT, different BIGINT) WITH ('connector' = 'sim');
CREATE TABLE big (k STRING, v BIGINT) WITH ('connector' = 'sim');`;

const STATEMENTS = `EXECUTE STATEMENT SET BEGIN
INSERT INTO windows SELECT window_start, k, COUNT(*), SUM(v)
FROM HOP(TABLE records, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND) GROUP BY window_start, window_end, k;
INSERT INTO keys SELECT k, COUNT(*), SUM(v), COUNT(DISTINCT MOD(v, 17)) FROM records GROUP BY k;
INSERT INTO big SELECT k, v FROM records WHERE v > 900;
END;`;

/** Virtual time from one look at the job to the next. */
const STEP_MS = 5;
/** Turns of the host between two steps: what can be done without time passing is done then. */
const TURNS = 4;
/** A job that does not end in this time never will. */
const LONGEST_MS = 3_600_000;
const SETTINGS = { intervalMs: 400, minPauseMs: 20, timeoutMs: 5000, tolerableFailures: 2 };

export interface SimulationResult {
  /** The results, whatever the order of rows and however changes were consolidated. */
  readonly digest: string;
  /** Of all that happened. */
  readonly trace: string;
  readonly virtualMs: number;
  readonly starts: number;
  readonly resumed: number;
  /** Within a process. */
  readonly restarts: number;
  readonly checkpoints: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
}

/** Records of some partitions; in each, times run ahead or behind by less than the watermark's delay. */
function recordsOf(random: Random): BrokerRecord[][] {
  return Array.from({ length: 1 + random.below(3) }, () => {
    const count = 200 + random.below(1500);
    return Array.from({ length: count }, (_, i) => ({
      key: `key ${random.below(1 + random.below(40))}${'x'.repeat(random.below(20))}`,
      value: BigInt(random.below(1000)),
      time: BigInt(Date.UTC(2026, 0, 1) + i * 40 + random.below(2900)),
    }));
  });
}

/**
 * Runs a whole job in a simulated world until it has ended, however often it dies. `data` decides the records, `seed` everything else; a fault
 * rate of 0 gives an undisturbed run.
 */
export async function simulate(data: number, seed: number, faultRate: number): Promise<SimulationResult> {
  const world = new World(seed, faultRate);
  const disk = new FakeDisk(world);
  const broker = new FakeBroker(world, recordsOf(seededRandom(data)));
  const begun = world.clock.now();
  let [starts, resumed, restarts, checkpoints] = [0, 0, 0, 0];
  for (let ended = false; !ended; ) {
    if (world.clock.now() - begun > LONGEST_MS) throw new Error(`seed ${seed} does not come to an end`);
    const life: Life = { alive: true };
    starts++;
    const run = start(world, disk, broker, life, (text) => {
      if (text.startsWith('going on')) resumed++;
      world.note(text);
    });
    const outcome = await live(world, run, life);
    life.alive = false;
    restarts += outcome.job?.restarts ?? 0;
    checkpoints += outcome.job?.metrics().checkpoints?.completed ?? 0;
    await bury(world, outcome.job);
    if (outcome.end === 'killed' && world.random.below(2) === 0) {
      world.count('power lost');
      disk.losePower();
    }
    ended = outcome.end === 'done';
  }
  return {
    digest: sha(finalRows(broker.committed).join('\n')),
    trace: sha(world.trace.join('\n')),
    virtualMs: world.clock.now() - begun,
    starts,
    resumed,
    restarts,
    checkpoints,
    faults: world.faults,
  };
}

interface Run {
  job: LocalJob | undefined;
  readonly done: Promise<void>;
}

function start(world: World, disk: FakeDisk, broker: FakeBroker, life: Life, onNote: (text: string) => void): Run {
  const state = {
    nextJob: async () => ({
      uid: 'sim',
      settings: SETTINGS,
      store: new CheckpointStore(disk.open(life), 'job-1', 1 + world.random.below(2)),
    }),
    lock: () => undefined,
    close: () => undefined,
  };
  const run: { job: LocalJob | undefined; done: Promise<void> } = { job: undefined, done: Promise.resolve() };
  run.done = (async () => {
    const session = await Session.open({ clock: world.clock, connectors: [simConnector(world, broker, life)], state, onNote });
    // A failure either ends the process's part in it, or the job goes on in the same process.
    if (world.random.below(2) === 0) {
      session.settings.set('restart-strategy.type', 'fixed-delay');
      session.settings.set('restart-strategy.fixed-delay.attempts', String(1 + world.random.below(4)));
      session.settings.set('restart-strategy.fixed-delay.delay', `${world.random.below(300)} ms`);
    } else session.settings.set('restart-strategy.type', 'none');
    const text = TABLES + STATEMENTS;
    for (const statement of session.parse(text)) {
      const result = await session.run(statement, text);
      if (result.kind !== 'insert') continue;
      run.job = await session.start(result.plan);
      await run.job.done;
    }
  })();
  return run;
}

/** Lets time pass until the job has ended, has failed, or is killed. */
async function live(world: World, run: Run, life: Life): Promise<{ end: 'done' | 'failed' | 'killed'; job: LocalJob | undefined }> {
  let end: 'done' | 'failed' | undefined;
  run.done.then(
    () => {
      end = 'done';
    },
    (error: unknown) => {
      if (error instanceof StateError && error.code === 'MS4005') throw error;
      world.note(`failed: ${(error as Error).message}`);
      end = 'failed';
    },
  );
  for (;;) {
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (end !== undefined) return { end, job: run.job };
    if (world.faultRate > 0 && world.random.below(400) === 0) {
      world.count('process killed');
      life.alive = false;
      return { end: 'killed', job: run.job };
    }
    world.clock.advance(STEP_MS);
  }
}

/** A dead job has no effect any more; what it holds of this process is given back. */
async function bury(world: World, job: LocalJob | undefined): Promise<void> {
  if (job === undefined) return;
  void job.cancel().catch(() => undefined);
  for (let turn = 0; turn < TURNS; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    world.clock.advance(STEP_MS);
  }
}

/** Applies the changes: the rows that are left, sorted. */
function finalRows(changes: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const change of changes) {
    const row = change.slice(3);
    const added = change.startsWith('+') ? 1 : -1;
    counts.set(row, (counts.get(row) ?? 0) + added);
  }
  return [...counts]
    .filter(([, count]) => count !== 0)
    .map(([row, count]) => `${count} ${row}`)
    .sort();
}

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
