import type { SnapshotReader, SnapshotWriter } from '../../operators/operator.ts';
import type { KeyedTable } from '../../state/keyed-table.ts';
import type { StateSnapshot } from '../../state/state-snapshot.ts';
import type { SavedMessage } from '../exchange/channel-reader.ts';

/** The rows of one key group of one of an operator's states. */
export interface CapturedGroup {
  readonly name: string;
  readonly keyGroup: number;
  readonly bytes: Uint8Array;
}

/** What an operator hands over at a barrier. */
export interface CapturedOperator {
  readonly id: string;
  /** The watermark of each input. */
  readonly watermarks: readonly bigint[];
  /** Inputs that have not ended. */
  readonly openInputs: number;
  /** Its inputs had ended before it went on among another number of workers, and end once more: those that are open have that before them. */
  readonly wasOver?: true;
  readonly values: readonly { readonly name: string; readonly value: unknown }[];
  /** Of one key group there may be several. */
  readonly groups: readonly CapturedGroup[];
  /** Tables that are written with the snapshot of the state, by their numbers in it. None in a checkpoint that was read: they are groups. */
  readonly tables?: readonly CapturedTable[];
  /** Further key groups of a state, which are read from files when they are asked for; their bytes are valid during the call. Throws MS4005. */
  readonly readTables?: (name: string, take: (keyGroup: number, bytes: Uint8Array) => void) => void;
}

export interface CapturedTable {
  readonly name: string;
  readonly number: number;
}

export interface CapturedSource {
  readonly id: string;
  readonly position: unknown;
  /** Rows behind the position that had been handed out already. */
  readonly rowsAhead: number;
  /** Whether it had delivered all it has. */
  readonly ended: boolean;
}

export interface CapturedSink {
  readonly id: string;
  /** Resolves with what makes the rows before the barrier visible. */
  readonly prepared: Promise<unknown>;
}

/** What is on its way from one other worker through one exchange. */
export interface CapturedChannel {
  /** The node that it enters. */
  readonly id: string;
  /** Resolves when the other worker has been captured. */
  readonly messages: Promise<readonly SavedMessage[]>;
}

/**
 * A worker at a barrier: all rows that the sources, and other workers, had handed out have passed through all operators, and no other row
 * has.
 */
export interface Capture {
  readonly sources: readonly CapturedSource[];
  readonly operators: readonly CapturedOperator[];
  readonly sinks: readonly CapturedSink[];
  readonly channels: readonly CapturedChannel[];
  /** The operators' tables, which are copied while the job goes on. */
  readonly state: StateSnapshot | undefined;
}

/** Keeps what one operator writes: key groups as bytes. */
export class OperatorCapture implements SnapshotWriter {
  readonly values: { name: string; value: unknown }[] = [];
  readonly groups: CapturedGroup[] = [];

  writeGroup(name: string, keyGroup: number, bytes: Uint8Array): void {
    this.groups.push({ name, keyGroup, bytes });
  }

  writeOperator(name: string, value: unknown): void {
    this.values.push({ name, value });
  }
}

/** As OperatorCapture, but keeps tables as they are: a snapshot of them begins before anything changes. */
export class TableCapture extends OperatorCapture {
  readonly tables: KeyedTable[] = [];

  writeTable(table: KeyedTable): void {
    this.tables.push(table);
  }
}

/** Hands an operator's state back: all key groups of it. */
export class OperatorRestore implements SnapshotReader {
  readonly #captured: Pick<CapturedOperator, 'values' | 'groups' | 'readTables'>;

  constructor(captured: Pick<CapturedOperator, 'values' | 'groups' | 'readTables'>) {
    this.#captured = captured;
  }

  readGroups(name: string, take: (keyGroup: number, bytes: Uint8Array) => void): void {
    for (const group of this.#captured.groups) if (group.name === name) take(group.keyGroup, group.bytes);
    this.#captured.readTables?.(name, take);
  }

  readOperator(name: string): readonly unknown[] {
    return this.#captured.values.filter((entry) => entry.name === name).map(({ value }) => value);
  }
}
