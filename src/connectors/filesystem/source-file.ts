/** A file that was found, as it was then. */
export interface SourceFile {
  /** Absolute path. */
  readonly path: string;
  /** Bytes on disk. */
  readonly byteSize: number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly modifiedAt: number;
  /** A file with an end, that can be read from any place; a pipe or a terminal is not. */
  readonly regular: boolean;
}
