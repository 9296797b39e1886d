import { compressLz4Block, decompressLz4Block, lz4Bound } from './lz4-block.ts';

/**
 * The frame that Kafka puts around LZ4: magic, flags, blocks after their sizes, an end. It is written here because the package that was
 * tried (lz4js 0.2) writes blocks that depend on each other, which brokers refuse, and looks for a block's checksum before it.
 */
const MAGIC = 0x184d2204;
/** Version 1, independent blocks of at most 64 KB, and the checksum of these two bytes. */
const DESCRIPTOR = [0x60, 0x40, 0x82];
const BLOCK_BYTES = 64 * 1024;
const RAW = 0x8000_0000;
const FLAG = { blockChecksum: 0x10, contentSize: 0x08, contentChecksum: 0x04, dictionary: 0x01 } as const;
const MAX_BYTES = 512 * 1024 * 1024;

export function compressLz4(bytes: Uint8Array): Uint8Array {
  const blockCount = Math.ceil(bytes.length / BLOCK_BYTES);
  const frame = new Uint8Array(4 + DESCRIPTOR.length + blockCount * (4 + lz4Bound(BLOCK_BYTES)) + 4);
  const view = new DataView(frame.buffer);
  view.setUint32(0, MAGIC, true);
  frame.set(DESCRIPTOR, 4);
  let at = 4 + DESCRIPTOR.length;
  for (let from = 0; from < bytes.length; from += BLOCK_BYTES) {
    const block = bytes.subarray(from, from + BLOCK_BYTES);
    const size = compressLz4Block(block, frame.subarray(at + 4));
    const isRaw = size >= block.length;
    if (isRaw) frame.set(block, at + 4);
    view.setUint32(at, isRaw ? (RAW | block.length) >>> 0 : size, true);
    at += 4 + (isRaw ? block.length : size);
  }
  view.setUint32(at, 0, true);
  return frame.subarray(0, at + 4);
}

/** Throws for bytes that are no frame, or end before it does. */
export function decompressLz4(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new Error('no frame of LZ4');
  const flags = view.getUint8(4);
  const blockBytes = 2 ** (8 + 2 * ((view.getUint8(5) >> 4) & 7));
  let at = 7 + ((flags & FLAG.contentSize) !== 0 ? 8 : 0) + ((flags & FLAG.dictionary) !== 0 ? 4 : 0);
  let out = new Uint8Array(Math.max(blockBytes, bytes.length * 4));
  let length = 0;
  for (let size = view.getUint32(at, true); size !== 0; size = view.getUint32(at, true)) {
    at += 4;
    const end = at + (size & ~RAW);
    if (end > bytes.length) throw new Error('a block is cut off');
    if (out.length - length < Math.max(blockBytes, size & ~RAW)) out = grown(out, length, blockBytes);
    if ((size & RAW) === 0) length = decompressLz4Block(bytes, at, end, out, length);
    else {
      out.set(bytes.subarray(at, end), length);
      length += end - at;
    }
    at = end + ((flags & FLAG.blockChecksum) !== 0 ? 4 : 0);
  }
  return out.subarray(0, length);
}

function grown(out: Uint8Array, length: number, blockBytes: number): Uint8Array<ArrayBuffer> {
  if (out.length > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes`);
  const larger = new Uint8Array(out.length * 2 + blockBytes);
  larger.set(out.subarray(0, length));
  return larger;
}
