import type { Batch } from '../data/batch.ts';
import { BaseOperator } from './base-operator.ts';

/** Hands every batch on: a source's entry into the graph, and UNION ALL, whose ports the runtime merges. */
export class PassThroughOperator extends BaseOperator {
  process(_port: number, batch: Batch): boolean {
    return this.context.out.offer(batch);
  }
}
