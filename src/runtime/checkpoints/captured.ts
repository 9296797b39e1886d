import type { SnapshotReader, SnapshotWriter } from '../../operators/operator.ts';
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
  readonly values: readonly { readonly name: string; readonly value: unknown }[];
  readonly groups: readonly CapturedGroup[];
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
}

/** Keeps what one operator writes. */
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

/** Hands an operator's state back: all key groups of it. */
export class OperatorRestore implements SnapshotReader {
  readonly #captured: Pick<CapturedOperator, 'values' | 'groups'>;

  constructor(captured: Pick<CapturedOperator, 'values' | 'groups'>) {
    this.#captured = captured;
  }

  readGroups(name: string, take: (keyGroup: number, bytes: Uint8Array) => void): void {
    for (const group of this.#captured.groups) if (group.name === name) take(group.keyGroup, group.bytes);
  }

  readOperator(name: string): readonly unknown[] {
    return this.#captured.values.filter((entry) => entry.name === name).map(({ value }) => value);
  }
}
