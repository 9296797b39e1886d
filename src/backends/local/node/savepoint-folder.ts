import { join, resolve } from 'node:path';
import { StateError } from '../../../common/errors.ts';
import { messageOf } from '../../../common/message-of.ts';
import { freshUuid } from '../../../common/random.ts';
import type { Checkpoint } from '../../../runtime/checkpoints/checkpoint.ts';
import { CheckpointStore } from '../../../runtime/checkpoints/checkpoint-store.ts';
import { NodeFiles } from './node-files.ts';

const MANIFEST = 'savepoint.json';
const FORMAT = 'millstream-savepoint';
const VERSION = 1;
const JOB = /^job-[1-9]\d{0,5}$/;

/** What savepoint.json says. All names are relative to its folder, which can be moved and copied. */
export interface SavepointManifest {
  readonly format: string;
  readonly version: number;
  /** Tells savepoints apart, wherever they lie. */
  readonly id: string;
  /** When it was complete, milliseconds since the epoch. */
  readonly time: number;
  readonly jobs: readonly SavepointJob[];
}

export interface SavepointJob {
  /** Its place among the jobs of its program: `job-1`. Its checkpoint lies in the folder of that name. */
  readonly name: string;
  readonly uid: string;
  /** Whether all rows before it are visible; else what sinks had prepared is committed by the job that starts from it. */
  readonly committed: boolean;
}

/** A savepoint that is being written: a folder that counts for nothing before `finish`. */
export class SavepointDraft {
  readonly path: string;
  readonly #files: NodeFiles;
  readonly #target: NodeFiles;
  readonly #name: string;
  readonly #jobs: SavepointJob[] = [];

  private constructor(target: string, name: string) {
    this.path = join(target, name);
    this.#target = new NodeFiles(target);
    this.#files = new NodeFiles(this.path);
    this.#name = name;
  }

  /** Makes a folder of its own below `target`, named as Flink names savepoints. Rejects with MS4020 where that is not possible. */
  static async begin(target: string, uid: string): Promise<SavepointDraft> {
    const name = `savepoint-${uid.slice(0, 6)}-${freshUuid().replaceAll('-', '').slice(0, 12)}`;
    const draft = new SavepointDraft(resolve(target), name);
    await draft.#try(() => draft.#target.makeFolder(name));
    return draft;
  }

  /** Adds a job's state. Of what its sinks prepared, only what outlasts its commit is kept where all was committed. */
  async add(name: string, uid: string, checkpoint: Checkpoint, committed: boolean): Promise<void> {
    const kept = checkpoint.subtasks.map(({ sinks, ...subtask }) => ({
      ...subtask,
      sinks: sinks.map(({ id, prepared }) => ({ id, prepared: committed ? prepared.filter(isLasting) : prepared })),
    }));
    await this.#try(async () => {
      await this.#files.makeFolder(name);
      const store = new CheckpointStore(this.#files, name, 1);
      const states = [];
      for (const { subtask, operators } of kept) states.push(await store.writeState(checkpoint.id, subtask, operators));
      const subtasks = kept.map(({ operators: _, ...head }) => head);
      await store.complete({ ...checkpoint, subtasks }, states);
    });
    this.#jobs.push({ name, uid, committed });
  }

  /** Makes the savepoint visible. Resolves with its path. */
  async finish(time: number): Promise<string> {
    const manifest: SavepointManifest = { format: FORMAT, version: VERSION, id: freshUuid(), time, jobs: this.#jobs };
    await this.#try(async () => {
      await this.#files.write(`${MANIFEST}.part`, [new TextEncoder().encode(`${JSON.stringify(manifest, undefined, 2)}\n`)]);
      await this.#files.rename(`${MANIFEST}.part`, MANIFEST);
      await this.#files.sync('.');
      await this.#target.sync('.');
    });
    return this.path;
  }

  /** Removes what was written: the savepoint is given up. */
  async abandon(): Promise<void> {
    await this.#target.remove(this.#name).catch(() => undefined);
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      throw new StateError('MS4020', `the savepoint cannot be written: ${messageOf(cause)}`, {
        cause,
        hint: 'see that the folder can be written to and its device has room',
      });
    }
  }
}

/** What a sink prepares may be needed after its commit, too: it says so itself. */
const isLasting = (prepared: unknown): boolean => (prepared as { readonly lasting?: boolean } | null)?.lasting === true;

/** A savepoint that is there. */
export class Savepoint {
  readonly path: string;
  readonly manifest: SavepointManifest;

  private constructor(path: string, manifest: SavepointManifest) {
    this.path = path;
    this.manifest = manifest;
  }

  /** Throws StateError MS4021 where there is no savepoint, MS4003 for one of a later release, MS4005 for a damaged one. */
  static async open(path: string): Promise<Savepoint> {
    const whole = resolve(path);
    const bytes = await new NodeFiles(whole).read(MANIFEST).catch((cause: unknown) => {
      throw new StateError('MS4021', `${path} cannot be read: ${messageOf(cause)}`, { cause });
    });
    if (bytes === undefined) {
      throw new StateError('MS4021', `${path} is no savepoint`, {
        hint: `a savepoint is a folder with a ${MANIFEST}, which millstream savepoint makes`,
      });
    }
    return new Savepoint(whole, parse(bytes, path));
  }

  /** The state of the job at this place of its program; undefined where the savepoint has none. Rejects as checkpoints do. */
  async checkpoint(name: string): Promise<Checkpoint | undefined> {
    if (!this.manifest.jobs.some((job) => job.name === name)) return undefined;
    const found = await new CheckpointStore(new NodeFiles(this.path), name, 1).latest(() => undefined);
    if (found === undefined) throw new StateError('MS4005', `the savepoint ${this.path} has lost the state of ${name}`);
    return found;
  }
}

function parse(bytes: Uint8Array, path: string): SavepointManifest {
  let manifest: SavepointManifest;
  try {
    manifest = JSON.parse(new TextDecoder().decode(bytes)) as SavepointManifest;
  } catch (cause) {
    throw new StateError('MS4005', `${MANIFEST} in ${path} is damaged`, { cause });
  }
  if (manifest?.format !== FORMAT) throw new StateError('MS4021', `${path} is no savepoint`);
  if (manifest.version !== VERSION)
    throw new StateError('MS4003', `the savepoint has version ${manifest.version}, this release reads version ${VERSION}`);
  const sound = typeof manifest.id === 'string' && Array.isArray(manifest.jobs) && manifest.jobs.every(({ name }) => JOB.test(name));
  if (!sound) throw new StateError('MS4005', `${MANIFEST} in ${path} is damaged`);
  return manifest;
}
