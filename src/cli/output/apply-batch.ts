import type { Batch } from '../../data/batch.ts';
import type { RowBag } from './row-bag.ts';

const LINE_FEED = 0x0a;

/** The lines of an encoded batch, each byte a character: a row's text is short that way, and is written back as it was. */
export function splitLines(lines: Buffer): string[] {
  const texts: string[] = [];
  for (let start = 0; start < lines.length; ) {
    const end = lines.indexOf(LINE_FEED, start);
    texts.push(lines.toString('latin1', start, end));
    start = end + 1;
  }
  return texts;
}

/** Applies a batch of changes whose rows are `lines`. */
export function applyBatch(bag: RowBag, lines: Buffer, batch: Batch): void {
  splitLines(lines).forEach((row, n) => {
    bag.apply(batch.kind(batch.rowIndex(n)), row);
  });
}
