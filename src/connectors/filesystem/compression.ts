import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { UnsupportedError } from '../../common/errors.ts';

/** Decompressed bytes that come at once. */
const CHUNK_BYTES = 256 * 1024;

/** Makes a stream that decompresses. */
export type Decompressor = () => Transform;

/** Newer versions of Node have it. */
const { createZstdDecompress } = zlib as { readonly createZstdDecompress?: (options: { chunkSize: number }) => Transform };

/** How files are decompressed, by the ending of their names, as in Flink; undefined where this version of Node, or Millstream, cannot. */
const DECOMPRESSORS: Readonly<Record<string, Decompressor | undefined>> = {
  gz: () => zlib.createGunzip({ chunkSize: CHUNK_BYTES }),
  gzip: () => zlib.createGunzip({ chunkSize: CHUNK_BYTES }),
  deflate: () => zlib.createInflate({ chunkSize: CHUNK_BYTES }),
  zst: createZstdDecompress && (() => createZstdDecompress({ chunkSize: CHUNK_BYTES })),
  bz2: undefined,
  xz: undefined,
};

/** How a file is decompressed; undefined when it is read as it is. Throws UnsupportedError MS3035. */
export function decompressorOf(path: string): Decompressor | undefined {
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  if (!Object.hasOwn(DECOMPRESSORS, extension)) return undefined;
  const decompressor = DECOMPRESSORS[extension];
  if (decompressor !== undefined) return decompressor;
  throw new UnsupportedError('MS3035', `${path}: files ending in .${extension} cannot be decompressed here`, {
    hint: extension === 'zst' ? 'Node 22.15 and newer can; or compress the file as .gz' : 'compress the file as .gz, or not at all',
  });
}
