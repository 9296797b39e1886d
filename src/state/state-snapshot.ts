import type { KeyedTable } from './keyed-table.ts';

/** Takes the pages of a snapshot, each whole. */
export interface PageSink {
  /** Whether a page can be taken now. */
  readonly hasRoom: boolean;
  /** Resolves when there is room again, or none is needed any more. */
  whenRoom(): Promise<void>;
  /** Takes a copy of a page's saved form; no bytes where the page holds nothing that belongs to the snapshot. */
  put(page: number, bytes: Uint8Array): void;
}

/** A table in a snapshot. Its parts in saved pages have its number. */
export interface SnapshotTable {
  readonly table: KeyedTable;
  readonly number: number;
}

/**
 * What tables held at one moment, page by page, while they go on changing: who runs the operators gives it time in slices. Of each page the
 * newest copy that a sink was given counts, from this snapshot or one before; pages that are not listed hold nothing any more.
 */
export interface StateSnapshot {
  readonly tables: readonly SnapshotTable[];
  /** All pages there were, and those of them that the sink is given because they have changed; both ascending. */
  readonly pages: Uint32Array;
  readonly changed: Uint32Array;
  /** Says where pages go; before that step() has nothing to do. Resolves when the sink has all of them; rejects when it was given up. */
  writeTo(sink: PageSink): Promise<void>;
  /**
   * Copies a slice of 1.5 MB or, where `isOver` says so before, less, between two calls of operators. 'waits': the sink has no room.
   */
  step(isOver?: () => boolean): 'more' | 'waits' | 'done';
  /** Resolves when step() has something to do again, or nothing ever. */
  whenReady(): Promise<void>;
  /** Calls step() until the end, for state that nothing changes any more. */
  finish(): Promise<void>;
  /** Ends it, also when the sink has all pages but they were not kept: the next snapshot has every page. */
  abandon(cause: unknown): void;
  /** The pages are kept. Those of `stale`, unchanged or not, come again with the next snapshot. */
  keep(stale: readonly number[]): void;
}
