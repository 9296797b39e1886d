import type { DurableFiles } from '../../common/durable-files.ts';
import { StateError } from '../../common/errors.ts';
import { messageOf } from '../../common/message-of.ts';
import type { StateSnapshot } from '../../state/state-snapshot.ts';
import { mayPass } from '../restart/may-pass.ts';
import { BlockPool } from './block-pool.ts';
import type { CapturedOperator } from './captured.ts';
import type { Checkpoint, CheckpointHead } from './checkpoint.ts';
import { parseManifest, readCheckpoint, writeManifest } from './checkpoint-format.ts';
import { PageFiles } from './page-files.ts';
import type { OpenFile } from './page-reader.ts';
import { PageWriter } from './page-writer.ts';
import { layOutState, type WrittenPages, type WrittenState } from './written-state.ts';

const DIGITS = 10;
const MANIFEST = /^checkpoint-(\d+)\.json$/;
/** What a checkpoint that never became complete left, or one that is being removed. */
const PART = /^checkpoint-(\d+)(?:-\d+\.state|-\d+-\d+\.pages|\.json\.part)$/;

const nameOf = (id: number): string => `checkpoint-${String(id).padStart(DIGITS, '0')}`;

/** A damaged checkpoint that was passed over. */
export interface PassedOver {
  readonly id: number;
  readonly cause: unknown;
}

interface WrittenPagesOf {
  readonly id: number;
  readonly pages: PageFiles;
  readonly state: StateSnapshot;
  /** Pages that are to be written again. */
  readonly stale: readonly number[];
}

function namesOf(states: readonly WrittenState[]): ReadonlySet<string> {
  return new Set(states.flatMap(({ files, pages }) => [...files, ...(pages?.files ?? [])].map(({ name }) => name)));
}

/** The checkpoints of one job in one folder. A checkpoint is there when its manifest has its name. */
export class CheckpointStore {
  readonly #files: DurableFiles;
  readonly #folder: string;
  readonly #retained: number;
  /** Those that cannot be gone on from: they do not count among the retained. */
  readonly #damaged = new Set<number>();
  /** Where the pages of each subtask of this process lie since its last complete checkpoint. */
  readonly #pages = new Map<number, PageFiles>();
  /** Pages on the disk of a checkpoint that is not complete. */
  readonly #written = new Map<number, WrittenPagesOf>();
  readonly #pool = new BlockPool();
  /** Names of the files that a checkpoint needs. */
  readonly #names = new Map<number, ReadonlySet<string>>();

  /** `retained` of the newest checkpoints are kept, at least 1. */
  constructor(files: DurableFiles, folder: string, retained: number) {
    this.#files = files;
    this.#folder = folder;
    this.#retained = Math.max(1, retained);
  }

  /**
   * The newest checkpoint that is whole; undefined where there is none. Damaged ones are passed over, and told of. Throws MS4005 when all
   * are damaged: to begin anew would be to lose what they held. With `toRestore` tables are read, and checked, only while they are restored,
   * where the platform can: damage of theirs is met then.
   */
  async latest(onPassedOver: (passed: PassedOver) => void, toRestore = false): Promise<Checkpoint | undefined> {
    const ids = await this.#ids();
    for (const id of [...ids].reverse()) {
      try {
        return await (toRestore ? this.readToRestore(id) : this.#read(id));
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

  /** Tables are made anew: the next checkpoint builds on none before. */
  forgetPages(): void {
    this.#pages.clear();
    this.#written.clear();
  }

  /** How many workers the newest checkpoint is of, as its manifest says; undefined where there is none, or it is damaged. */
  async workers(): Promise<number | undefined> {
    const newest = (await this.#ids()).at(-1);
    const manifest = newest === undefined ? undefined : await this.#files.read(this.#path(`${nameOf(newest)}.json`));
    try {
      return manifest && parseManifest(manifest).subtasks.length;
    } catch (cause) {
      if (cause instanceof StateError) return undefined;
      throw cause;
    }
  }

  /** The number that no checkpoint here has yet, complete or not. */
  async nextId(): Promise<number> {
    const names = await this.#files.list(this.#folder);
    return names.reduce((next, name) => Math.max(next, Number((MANIFEST.exec(name) ?? PART.exec(name))?.[1] ?? 0) + 1), 1);
  }

  /**
   * Brings the state of one subtask to the disk: the first step of a checkpoint, which every worker does for itself. Of its tables, in the
   * snapshot `state`, only what has changed since its last complete checkpoint is written. Rejects with StateError MS4007 when it cannot be.
   */
  async writeState(
    id: number,
    subtask: number,
    operators: readonly CapturedOperator[],
    state?: StateSnapshot | undefined,
  ): Promise<WrittenState> {
    const name = `${nameOf(id)}-${subtask}.state`;
    const { written, parts } = layOutState(subtask, operators, name);
    const pages = state && this.#safely(id, () => this.#writePages(id, subtask, state));
    pages?.catch(() => undefined);
    try {
      if (parts.length > 0) await this.#safely(id, () => this.#files.write(this.#path(name), parts));
    } catch (cause) {
      state?.abandon(cause);
      throw cause;
    }
    return pages === undefined ? written : { ...written, pages: await pages };
  }

  async #writePages(id: number, subtask: number, state: StateSnapshot): Promise<WrittenPages> {
    const pages = new PageFiles((state.pages.at(-1) ?? 0) + 1, this.#pages.get(subtask));
    const nameOfFile = (n: number): string => `${nameOf(id)}-${subtask}-${n}.pages`;
    const writer = new PageWriter(this.#files, this.#pool, pages, this.#folder, nameOfFile);
    writer.onFailure = (cause) => state.abandon(cause);
    try {
      await state.writeTo(writer);
      const index = await writer.finish(state.pages);
      this.#written.set(subtask, { id, pages, state, stale: await pages.stale() });
      return { files: pages.files, index };
    } catch (cause) {
      state.abandon(cause);
      await writer.abandon();
      throw cause;
    }
  }

  /** The checkpoint is complete: the next one of this store's subtasks builds on it. complete() says so to its own store. */
  stateCompleted(id: number): void {
    for (const [subtask, { id: written, pages, state, stale }] of this.#written) {
      this.#written.delete(subtask);
      if (written !== id) continue;
      this.#pages.set(subtask, pages);
      state.keep(stale);
    }
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
      this.#names.set(head.id, namesOf(states));
      this.stateCompleted(head.id);
    });
  }

  async #safely<T>(id: number, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (cause) {
      if (cause instanceof StateError) throw cause;
      throw new StateError('MS4007', `checkpoint ${id} cannot be written: ${messageOf(cause)}`, {
        cause,
        retry: mayPass(cause),
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
    const needed = new Set<string>();
    for (const id of kept) for (const name of await this.#namesOf(id)) needed.add(name);
    for (const name of await this.#files.list(this.#folder)) {
      const id = Number(PART.exec(name)?.[1] ?? Number.POSITIVE_INFINITY);
      if (id <= newest && !needed.has(name)) await this.#files.remove(this.#path(name));
    }
    for (const id of this.#names.keys()) if (!kept.has(id)) this.#names.delete(id);
  }

  /** Names of the files that a checkpoint needs, also of earlier ones. Rejects with MS4005 where its manifest is damaged. */
  async #namesOf(id: number): Promise<ReadonlySet<string>> {
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const manifest = await this.#files.read(this.#path(`${nameOf(id)}.json`));
    if (manifest === undefined) throw new StateError('MS4005', `checkpoint ${id} is gone`);
    const names = namesOf(parseManifest(manifest).states);
    this.#names.set(id, names);
    return names;
  }

  async #ids(): Promise<number[]> {
    const names = await this.#files.list(this.#folder);
    return names
      .flatMap((name) => MANIFEST.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** One checkpoint, whose tables are read while they are restored. Rejects with MS4005. */
  readToRestore(id: number): Promise<Checkpoint> {
    const files = this.#files;
    return this.#read(id, files.openSync && ((name) => files.openSync!(this.#path(name))));
  }

  async #read(id: number, openFile?: OpenFile): Promise<Checkpoint> {
    const manifest = await this.#files.read(this.#path(`${nameOf(id)}.json`));
    if (manifest === undefined) throw new StateError('MS4005', `checkpoint ${id} is gone`);
    return readCheckpoint(manifest, (name) => this.#files.read(this.#path(name)), openFile);
  }

  #path(name: string): string {
    return `${this.#folder}/${name}`;
  }
}
