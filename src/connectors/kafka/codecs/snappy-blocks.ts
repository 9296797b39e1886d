/**
 * The frame that Kafka's Java clients put around snappy: a magic, two versions, then blocks, each after its size in 4 bytes. Other clients
 * send one block without a frame; both are read.
 */
const MAGIC = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0];
const HEADER_BYTES = 16;
const BLOCK_BYTES = 32 * 1024;

export function blocksOfSnappy(bytes: Uint8Array, decompress: (block: Uint8Array) => Uint8Array): Uint8Array {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) return decompress(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks: Uint8Array[] = [];
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const size = view.getUint32(at);
    at += 4;
    if (size > bytes.length - at) throw new Error('a block is cut off');
    blocks.push(decompress(bytes.subarray(at, at + size)));
    at += size;
  }
  return concat(blocks);
}

export function snappyBlocks(bytes: Uint8Array, compress: (block: Uint8Array) => Uint8Array): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  header.set(MAGIC);
  header[11] = 1;
  header[15] = 1;
  const parts: Uint8Array[] = [header];
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const block = compress(bytes.subarray(at, at + BLOCK_BYTES));
    const size = new Uint8Array(4);
    new DataView(size.buffer).setUint32(0, block.length);
    parts.push(size, block);
  }
  return concat(parts);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
