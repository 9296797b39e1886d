import { StateError } from '../../common/errors.ts';
import { damagedState } from '../damaged-state.ts';

/**
 * A key group's bytes, little endian: u32 magic, u32 version, u32 key group, u32 maxParallelism, u32 row count, u32 heap bytes,
 * u32 length of the layout's description, the description in UTF-8, zeroes up to a multiple of 8, the rows, the heap.
 */
export interface GroupHeader {
  readonly keyGroup: number;
  readonly maxParallelism: number;
  readonly rowCount: number;
  readonly heapBytes: number;
  readonly description: string;
}

const MAGIC = 0x5453_4d4d;
/** Raised when the format or the hash of keys changes. */
const VERSION = 2;
const FIXED_BYTES = 28;

/** Makes room for `bodyBytes` behind the header; returns the whole and where the body starts. */
export function writeHeader(header: GroupHeader, bodyBytes: number): { bytes: Uint8Array; body: number } {
  const description = new TextEncoder().encode(header.description);
  const body = (FIXED_BYTES + description.length + 7) & -8;
  const bytes = new Uint8Array(body + bodyBytes);
  const view = new DataView(bytes.buffer);
  const { keyGroup, maxParallelism, rowCount, heapBytes } = header;
  [MAGIC, VERSION, keyGroup, maxParallelism, rowCount, heapBytes, description.length].forEach((value, i) => {
    view.setUint32(i * 4, value, true);
  });
  bytes.set(description, FIXED_BYTES);
  return { bytes, body };
}

/** Reads and checks the header. Throws MS4003 for another format or version, MS4005 when the bytes end early. */
export function readHeader(bytes: Uint8Array): { header: GroupHeader; body: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < FIXED_BYTES) throw damagedState(`${bytes.length} bytes are no key group`);
  if (view.getUint32(0, true) !== MAGIC) throw new StateError('MS4003', 'the bytes are not a key group of a keyed table');
  const version = view.getUint32(4, true);
  if (version !== VERSION) throw new StateError('MS4003', `the state has version ${version}, this release reads version ${VERSION}`);
  const [keyGroup, maxParallelism, rowCount, heapBytes, length] = [8, 12, 16, 20, 24].map((at) => view.getUint32(at, true)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const body = Math.ceil((FIXED_BYTES + length) / 8) * 8;
  if (body > bytes.length) throw damagedState('the bytes end within the header');
  const description = new TextDecoder().decode(bytes.subarray(FIXED_BYTES, FIXED_BYTES + length));
  return { header: { keyGroup, maxParallelism, rowCount, heapBytes, description }, body };
}
