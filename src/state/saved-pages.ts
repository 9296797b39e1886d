import { damagedState } from './damaged-state.ts';
import { pageChecksum } from './page-checksum.ts';

/** Rows of one table and key group in a saved page: a key group in saved form, of which other pages may have more rows. */
export interface SavedPart {
  /** The table's number in the snapshot. */
  readonly table: number;
  readonly keyGroup: number;
  readonly bytes: Uint8Array;
}

export interface SavedPage {
  readonly page: number;
  readonly parts: readonly SavedPart[];
}

/** Bytes before the parts of a saved page. */
export const PAGE_HEADER = 16;
const CHECKSUM = 12;
const PART_HEADER = 8;
/** Where a key group in saved form has its number. */
const KEY_GROUP = 8;

/** Reads a page in saved form (src/kernels/assembly/page-snapshot.ts) at `offset`. Throws MS4005 where it is not one. */
export function readPage(bytes: Uint8Array, offset: number): SavedPage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (offset + PAGE_HEADER > bytes.length) throw damagedState('a page is cut off');
  const [page, byteLength, count] = [0, 4, 8].map((at) => view.getUint32(offset + at, true)) as [number, number, number];
  const end = offset + PAGE_HEADER + byteLength;
  if (end > bytes.length) throw damagedState(`page ${page} is cut off`);
  const parts: SavedPart[] = [];
  let at = offset + PAGE_HEADER;
  for (let n = 0; n < count; n++) {
    const from = at + PART_HEADER;
    const to = from + (from <= end ? view.getUint32(at + 4, true) : 0);
    if (to > end || to < from + KEY_GROUP + 4) throw damagedState(`page ${page} is cut off`);
    parts.push({ table: view.getUint32(at, true), keyGroup: view.getUint32(from + KEY_GROUP, true), bytes: bytes.subarray(from, to) });
    at = from + Math.ceil((to - from) / 8) * 8;
  }
  return { page, parts };
}

/** How many bytes the saved page at `offset` takes. Throws MS4005 where there is none, or it has been altered. */
export function checkPage(bytes: Uint8Array, offset: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (offset + PAGE_HEADER > bytes.length) throw damagedState('a page is cut off');
  const end = offset + PAGE_HEADER + view.getUint32(offset + 4, true);
  if (end > bytes.length) throw damagedState('a page is cut off');
  if (pageChecksum(bytes.subarray(offset, end), CHECKSUM) !== view.getUint32(offset + CHECKSUM, true)) {
    throw damagedState(`page ${view.getUint32(offset, true)} is altered`);
  }
  return end - offset;
}
