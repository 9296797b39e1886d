import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { freshUuid, type Random } from '../../src/common/random.ts';
import { brokerSql, type CrashBroker, type CrashJob, inputSql } from './jobs.ts';

export interface CrashSetting {
  /** The command line's program, built. */
  readonly cli: string;
  /** A folder for input, results and state. */
  readonly folder: string;
  readonly random: Random;
  /** Numbers of workers of the jobs that are killed, of which each start has any; one by default. */
  readonly parallelism?: readonly number[];
}

/** What one undisturbed run gave. */
export interface Undisturbed {
  readonly digest: string;
  readonly rows: number;
  readonly ms: number;
}

export interface CrashResult {
  readonly kills: number;
  /** Starts that went on from a checkpoint. */
  readonly resumed: number;
  readonly digest: string;
}

const STATE = 'state';

/** Makes the files that the jobs read. */
export async function writeInput(setting: CrashSetting, events: number): Promise<void> {
  mkdirSync(setting.folder, { recursive: true });
  writeFileSync(join(setting.folder, 'input.sql'), inputSql(events));
  const ended = await run(setting, ['run', 'input.sql']);
  if (ended.code !== 0) throw new Error(`the input could not be made: ${ended.stderr}`);
}

/** Makes the topic that the Kafka job reads. */
export async function writeTopic(setting: CrashSetting, events: number, broker: CrashBroker): Promise<void> {
  mkdirSync(setting.folder, { recursive: true });
  writeFileSync(join(setting.folder, 'topic.sql'), brokerSql(events, broker));
  const ended = await run(setting, ['run', 'topic.sql']);
  if (ended.code !== 0) throw new Error(`the topic could not be made: ${ended.stderr}`);
}

/** Runs a job without state and without kills. */
export async function undisturbed(job: CrashJob, setting: CrashSetting): Promise<Undisturbed> {
  const topic = clear(job, setting);
  const begun = performance.now();
  const ended = await run(setting, ['run', `${job.name}.sql`]);
  if (ended.code !== 0) throw new Error(`${job.name} fails by itself: ${ended.stderr}`);
  const ms = performance.now() - begun;
  return { ...(await digestOf(job, setting, topic)), ms };
}

/** Starts a job again and again and kills it at random moments, until it has been killed `kills` times; the last start is left to end. */
export async function crashRun(job: CrashJob, setting: CrashSetting, kills: number, ms: number): Promise<CrashResult> {
  const topic = clear(job, setting);
  let killed = 0;
  let resumed = 0;
  for (;;) {
    const interval = 5 + setting.random.below(100);
    const after = killed < kills ? setting.random.below(Math.ceil(ms * 1.5)) : undefined;
    const { parallelism = [1], random } = setting;
    const workers = String(parallelism[parallelism.length > 1 ? random.below(parallelism.length) : 0]);
    const flags = ['--state', STATE, '--checkpoint-interval', `${interval}ms`, '--parallelism', workers];
    const ended = await run(setting, ['run', `${job.name}.sql`, ...flags], after);
    if (/going on from checkpoint/.test(ended.stderr)) resumed++;
    if (ended.code === 0) break;
    if (ended.signal !== 'SIGKILL') throw new Error(`${job.name} ended with ${ended.code} after ${killed} kills: ${ended.stderr}`);
    killed++;
  }
  return { kills: killed, resumed, digest: (await digestOf(job, setting, topic)).digest };
}

/** Returns the name of this run's own topic. */
function clear(job: CrashJob, { folder }: CrashSetting): string {
  const topic = `crash-${freshUuid()}`;
  for (const name of [STATE, ...job.outputs, ...(job.removed ?? [])]) rmSync(join(folder, name), { recursive: true, force: true });
  writeFileSync(join(folder, `${job.name}.sql`), job.sql.replaceAll('TOPIC', topic));
  return topic;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run({ cli, folder }: CrashSetting, args: readonly string[], killAfterMs?: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    const stdout: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text));
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout: stdout.join(''), stderr });
    });
  });
}

/** The rows of all outputs, whatever their order and the files they are in. Nothing hidden may be left. */
async function digestOf(job: CrashJob, setting: CrashSetting, topic: string): Promise<Pick<Undisturbed, 'digest' | 'rows'>> {
  const { folder } = setting;
  const hash = createHash('sha256');
  let rows = 0;
  for (const output of job.outputs) {
    const path = join(folder, output);
    const files = statSync(path).isDirectory() ? filesBelow(path) : [path];
    const left = files.filter((file) => /(?:^|\/)\.[^/]*$/.test(file));
    if (left.length > 0) throw new Error(`${job.name} left ${left.join(', ')}`);
    const lines = files.flatMap((file) =>
      textOf(file)
        .split('\n')
        .filter((line) => line !== ''),
    );
    rows += lines.length;
    hash.update(`${output}\n${lines.sort().join('\n')}\n`);
  }
  if (job.results !== undefined) {
    const lines = await settledResults(job, job.results.replaceAll('TOPIC', topic), setting);
    rows += lines.length;
    hash.update(lines.sort().join('\n'));
  }
  return { digest: hash.digest('hex'), rows };
}

/** A broker shows a transaction some moments after it was committed: the results are there when they do not change any more. */
async function settledResults(job: CrashJob, sql: string, setting: CrashSetting): Promise<string[]> {
  for (let before = -1; ; ) {
    const ended = await run(setting, ['-e', sql]);
    if (ended.code !== 0) throw new Error(`the results of ${job.name} cannot be read: ${ended.stderr}`);
    const lines = ended.stdout.split('\n').filter((line) => line !== '');
    if (lines.length === before) return lines;
    before = lines.length;
  }
}

function textOf(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** All files in a folder and in those in it. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}
