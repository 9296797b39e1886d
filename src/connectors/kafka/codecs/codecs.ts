import * as zlib from 'node:zlib';
import { ConnectorError, UnsupportedError } from '../../../common/errors.ts';
import { importPackage } from '../client/library.ts';
import { compressLz4, decompressLz4 } from './lz4-frame.ts';
import { blocksOfSnappy, snappyBlocks } from './snappy-blocks.ts';

export type CompressionType = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** By the number that the attributes of a record batch have. */
export const COMPRESSION_TYPES: readonly CompressionType[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** How the records of a batch are made smaller. */
export interface Codec {
  compress(bytes: Uint8Array): Uint8Array;
  decompress(bytes: Uint8Array): Uint8Array;
}

const MAX_BYTES = 512 * 1024 * 1024;

/** Newer versions of Node have them. */
const native = zlib as {
  readonly zstdCompressSync?: (bytes: Uint8Array) => Uint8Array;
  readonly zstdDecompressSync?: (bytes: Uint8Array, options: object) => Uint8Array;
};

const gzip: Codec = {
  compress: (bytes) => zlib.gzipSync(bytes),
  decompress: (bytes) => zlib.gunzipSync(bytes, { maxOutputLength: MAX_BYTES }),
};

interface Snappy {
  compress(bytes: Uint8Array): Uint8Array;
  uncompress(bytes: Uint8Array, maxBytes?: number): Uint8Array;
}

async function loadSnappy(): Promise<Codec> {
  const { default: snappy } = (await importPackage('snappyjs')) as { readonly default: Snappy };
  return {
    compress: (bytes) => snappyBlocks(bytes, (block) => snappy.compress(block)),
    decompress: (bytes) => blocksOfSnappy(bytes, (block) => snappy.uncompress(block, MAX_BYTES)),
  };
}

const lz4: Codec = { compress: compressLz4, decompress: decompressLz4 };

async function loadZstd(): Promise<Codec> {
  const { zstdCompressSync, zstdDecompressSync } = native;
  if (zstdCompressSync !== undefined && zstdDecompressSync !== undefined) {
    return {
      compress: (bytes) => zstdCompressSync(bytes),
      decompress: (bytes) => zstdDecompressSync(bytes, { maxOutputLength: MAX_BYTES }),
    };
  }
  const { decompress } = (await importPackage('fzstd')) as { readonly decompress: (bytes: Uint8Array) => Uint8Array };
  return { compress: cannotCompress, decompress: (bytes) => decompress(bytes) };
}

const cannotCompress = (): never => {
  throw new UnsupportedError('MS3080', 'this version of Node cannot compress with zstd', {
    hint: "Node 22.15 and newer can; or set 'properties.compression.type' = 'lz4'",
  });
};

const LOADERS: Readonly<Record<Exclude<CompressionType, 'none'>, () => Promise<Codec>>> = {
  gzip: () => Promise.resolve(gzip),
  snappy: loadSnappy,
  lz4: () => Promise.resolve(lz4),
  zstd: loadZstd,
};

/** The codecs that are loaded. A source learns which it needs when the first batch comes. */
export class Codecs {
  readonly #loaded = new Map<CompressionType, Codec>();

  /** Throws MS3070 where a package is missing. */
  async load(type: CompressionType): Promise<void> {
    if (type !== 'none' && !this.#loaded.has(type)) this.#loaded.set(type, await LOADERS[type]());
  }

  isLoaded(type: CompressionType): boolean {
    return type === 'none' || this.#loaded.has(type);
  }

  compress(type: CompressionType, bytes: Uint8Array): Uint8Array {
    return this.#loaded.get(type)!.compress(bytes);
  }

  /** Throws MS3075 for bytes that are not what they should be; `place` says whose. */
  decompress(type: CompressionType, bytes: Uint8Array, place: string): Uint8Array {
    try {
      return this.#loaded.get(type)!.decompress(bytes);
    } catch (cause) {
      throw new ConnectorError('MS3075', `${place}: the records cannot be decompressed (${type}): ${(cause as Error).message}`, { cause });
    }
  }
}
