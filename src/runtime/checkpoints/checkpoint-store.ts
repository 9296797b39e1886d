import type { DurableFiles } from '../../common/durable-files.ts';
import { StateError } from '../../common/errors.ts';
import { messageOf } from '../../common/message-of.ts';
import type { CapturedOperator } from './captured.ts';
import type { Checkpoint, CheckpointHead } from './checkpoint.ts';
import { readCheckpoint, writeManifest } from './checkpoint-format.ts';
import { layOutState, type WrittenState } from './written-state.ts';

const DIGITS = 10;
const MANIFEST = /^checkpoint-(\d+)\.json$/;
/** What a checkpoint that never became complete left, or one that is being removed. */
const PART = /^checkpoint-(\d+)(?:-\d+\.state|\.json\.part)$/;

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

  /**
   * Brings the state of one subtask to the disk: the first step of a checkpoint, which every worker does for itself. Rejects with StateError
   * MS4007 when it cannot be written.
   */
  async writeState(id: number, subtask: number, operators: readonly CapturedOperator[]): Promise<WrittenState> {
    const name = `${nameOf(id)}-${subtask}.state`;
    const { written, parts } = layOutState(subtask, operators, name);
    if (parts.length > 0) await this.#safely(id, () => this.#files.write(this.#path(name), parts));
    return written;
  }

  /**
   * Makes a checkpoint visible whose state is on the disk: what `writeState` gave for each of its subtasks. Rejects with StateError MS4007
   * when it cannot be written.
   */
  complete(head: CheckpointHead, states: readonly WrittenState[]): Promise<void> {
    const path = this.#path(`${nameOf(head.id)}.json`);
    return this.#safely(head.id, async () => {
      await this.#files.write(`${path}.part`, [writeManifest(head, states)]);
      await this.#files.sync(this.#folder);
      await this.#files.rename(`${path}.part`, path);
      await this.#files.sync(this.#folder);
    });
  }

  async #safely(id: number, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (cause) {
      throw new StateError('MS4007', `checkpoint ${id} cannot be written: ${messageOf(cause)}`, {
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
