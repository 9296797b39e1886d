import { decompressorOf } from './compression.ts';
import type { FileInput } from './file-input.ts';
import { PlainInput } from './plain-input.ts';
import type { SourceFile } from './source-file.ts';
import { StreamInput } from './stream-input.ts';

/** Opens a file as its name says it is compressed. The first byte read is the one at `offset` of the decompressed bytes. */
export function openInput(file: SourceFile, offset: number): FileInput {
  const decompressor = decompressorOf(file.path);
  const isPlain = file.regular && decompressor === undefined;
  return isPlain ? new PlainInput(file.path, offset) : new StreamInput(file.path, offset, decompressor);
}
