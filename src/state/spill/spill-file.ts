/** A file of this process's own, for what does not fit into memory. It is gone with the process, and need not outlive a crash. */
export interface SpillFile {
  /** Fills `length` bytes of `bytes` from `offset` on with those at `position`. Throws where the system cannot. */
  read(bytes: Uint8Array, offset: number, length: number, position: number): void;
  write(bytes: Uint8Array, offset: number, length: number, position: number): void;
  close(): void;
}
