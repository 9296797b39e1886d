import type { Batch } from '../data/batch.ts';
import type { Operator, OperatorContext, SettleReason, SnapshotReader, SnapshotWriter } from './operator.ts';

/** An operator without state, timers or interest in time: what most operators override only in part. */
export abstract class BaseOperator implements Operator {
  protected context!: OperatorContext;

  open(context: OperatorContext): void {
    this.context = context;
  }

  abstract process(port: number, batch: Batch): boolean;

  watermark(_time: bigint): boolean {
    return true;
  }

  idle(_isIdle: boolean): boolean {
    return true;
  }

  timer(_nowMs: number): boolean {
    return true;
  }

  nextTimer(): number | undefined {
    return undefined;
  }

  endOfInput(_port: number): boolean {
    return true;
  }

  get holdsBack(): boolean {
    return false;
  }

  settle(_reason: SettleReason): boolean {
    return true;
  }

  snapshot(_writer: SnapshotWriter): void {}

  restore(_reader: SnapshotReader): void {}

  close(): void {}
}
