import { type Batch, ROW_KIND_TEXT } from '../../data/batch.ts';

const LINE_FEED = 0x0a;
const HEADS = ROW_KIND_TEXT.map((op) => Buffer.from(`{"op":"${op}","row":`));
const TAIL = Buffer.from('}\n');

/** Wraps the lines of a batch's rows: `{"op":"+U","row":{...}}`. */
export function changelogLines(lines: Buffer, batch: Batch): Buffer {
  const wrapped = Buffer.allocUnsafe(lines.length + batch.size * (HEADS[0]!.length + TAIL.length - 1));
  let at = 0;
  let start = 0;
  for (let n = 0; n < batch.size; n++) {
    const head = HEADS[batch.kind(batch.rowIndex(n))]!;
    const end = lines.indexOf(LINE_FEED, start);
    wrapped.set(head, at);
    lines.copy(wrapped, at + head.length, start, end);
    wrapped.set(TAIL, at + head.length + end - start);
    at += head.length + end - start + TAIL.length;
    start = end + 1;
  }
  return wrapped;
}
