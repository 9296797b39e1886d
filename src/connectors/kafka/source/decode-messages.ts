import type { Batch } from '../../../data/batch.ts';
import { BATCH_ROWS, type Column } from '../../../data/column.ts';
import type { LinearMemory } from '../../../data/memory.ts';
import { beginNulls } from '../../../data/nulls.ts';
import { type Decoder, type Messages, NO_MESSAGE } from '../../../runtime/decoder.ts';

const LF = 10;
/** Rows that a message of several lines may give before it could fill a batch and be cut in two. */
const ROWS_SPARED = 1024;

/** Decodes messages, one by one where the format has no way to take them all. As Decoder.decodeMessages. */
export function decodeMessages(decoder: Decoder, memory: LinearMemory, messages: Messages, first: number, batch: Batch): number {
  if (decoder.decodeMessages !== undefined) return decoder.decodeMessages(messages, first, batch);
  for (let i = first; i < messages.count; i++) {
    const { u8, u32 } = memory;
    const at = (messages.address + i * messages.stride) >>> 2;
    const [address = 0, byteSize = 0] = u32.subarray(at, at + 2);
    const row = batch.rowCount;
    if (row === BATCH_ROWS) return i;
    if (byteSize === NO_MESSAGE) addNullRow(batch);
    else {
      const hasLines = row > BATCH_ROWS - ROWS_SPARED && u8.subarray(address, address + byteSize).includes(LF);
      if (hasLines && row > 0) return i;
      const { source, offset } = messages.placeOf(i);
      decoder.beginInput(`${source} offset ${offset}`, 0n);
      decoder.decode(address, byteSize, true, batch);
    }
    for (let r = row; r < batch.rowCount; r++) memory.u32[(messages.rows >>> 2) + r] = i;
  }
  return messages.count;
}

function addNullRow(batch: Batch): void {
  for (const column of batch.columns) setNullDeep(column, batch.rowCount);
  batch.rowCount++;
}

function setNullDeep(column: Column, row: number): void {
  beginNulls(column);
  column.nulls[row] = 1;
  if (column.storage === 'row') for (const child of column.children) setNullDeep(child, row);
}
