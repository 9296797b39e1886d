import type { DurableFiles } from '../../common/durable-files.ts';
import { StateError } from '../../common/errors.ts';
import { messageOf } from '../../common/message-of.ts';
import type { Checkpoint } from './checkpoint.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint-format.ts';

const DIGITS = 10;
const MANIFEST = /^checkpoint-(\d+)\.json$/;
/** What a checkpoint that never became complete left, or one that is being removed. */
const PART = /^checkpoint-(\d+)\.(?:state|json\.part)$/;

const nameOf = (id: number): string => `checkpoint-${String(id).padStart(DIGITS, '0')}`;

/** A damaged checkpoint that was passed over. */
export interface PassedOver {
  readonly id: number;
  readonly cause: unknown;
}

/** The checkpoints of one job in one folder. A checkpoint is there when its manifest has its name. */
export class CheckpointStore {
  readonly #files: DurableFiles;
  readonly #folder: string;
  readonly #retained: number;
  /** Those that cannot be gone on from: they do not count among the retained. */
  readonly #damaged = new Set<number>();

  /** `retained` of the newest checkpoints are kept, at least 1. */
  constructor(files: DurableFiles, folder: string, retained: number) {
    this.#files = files;
    this.#folder = folder;
    this.#retained = Math.max(1, retained);
  }

  /**
   * The newest checkpoint that is whole; undefined where there is none. Damaged ones are passed over, and told of. Throws MS4005 when all
   * are damaged: to begin anew would be to lose what they held.
   */
  async latest(onPassedOver: (passed: PassedOver) => void): Promise<Checkpoint | undefined> {
    const ids = await this.#ids();
    for (const id of [...ids].reverse()) {
      try {
        return await this.#read(id);
      } catch (cause) {
        if (!(cause instanceof StateError) || cause.code !== 'MS4005') throw cause;
        this.#damaged.add(id);
        onPassedOver({ id, cause });
      }
    }
    if (ids.length === 0) return undefined;
    throw new StateError('MS4005', `all ${ids.length} checkpoints in ${this.#folder} are damaged`, {
      hint: 'restore the folder from a copy, or remove it to begin anew',
    });
  }

  /** The number that no checkpoint here has yet, complete or not. */
  async nextId(): Promise<number> {
    const names = await this.#files.list(this.#folder);
    return names.reduce((next, name) => Math.max(next, Number((MANIFEST.exec(name) ?? PART.exec(name))?.[1] ?? 0) + 1), 1);
  }

  /** Makes a checkpoint visible when all of it is on the disk. Rejects with StateError MS4007 when it cannot be written. */
  async write(checkpoint: Checkpoint): Promise<void> {
    const name = nameOf(checkpoint.id);
    const { manifest, state } = writeCheckpoint(checkpoint, `${name}.state`);
    try {
      if (state.length > 0) await this.#files.write(this.#path(`${name}.state`), state);
      await this.#files.write(this.#path(`${name}.json.part`), [manifest]);
      await this.#files.sync(this.#folder);
      await this.#files.rename(this.#path(`${name}.json.part`), this.#path(`${name}.json`));
      await this.#files.sync(this.#folder);
    } catch (cause) {
      throw new StateError('MS4007', `checkpoint ${checkpoint.id} cannot be written: ${messageOf(cause)}`, {
        cause,
        hint: 'see that the state folder can be written to and its device has room',
      });
    }
  }

  /** Removes all but the newest checkpoints, and what is left of those that were never complete and are older than them. */
  async prune(): Promise<void> {
    const ids = await this.#ids();
    const newest = ids.at(-1);
    if (newest === undefined) return;
    const kept = new Set(ids.filter((id) => !this.#damaged.has(id)).slice(-this.#retained));
    // A manifest goes first: without it the checkpoint is not there.
    for (const id of ids) if (!kept.has(id)) await this.#files.remove(this.#path(`${nameOf(id)}.json`));
    for (const name of await this.#files.list(this.#folder)) {
      const id = Number(PART.exec(name)?.[1] ?? Number.POSITIVE_INFINITY);
      const isLeft = name.endsWith('.part') || !kept.has(id);
      if (id <= newest && isLeft) await this.#files.remove(this.#path(name));
    }
  }

  async #ids(): Promise<number[]> {
    const names = await this.#files.list(this.#folder);
    return names
      .flatMap((name) => MANIFEST.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  async #read(id: number): Promise<Checkpoint> {
    const manifest = await this.#files.read(this.#path(`${nameOf(id)}.json`));
    if (manifest === undefined) throw new StateError('MS4005', `checkpoint ${id} is gone`);
    return readCheckpoint(manifest, (name) => this.#files.read(this.#path(name)));
  }

  #path(name: string): string {
    return `${this.#folder}/${name}`;
  }
}
