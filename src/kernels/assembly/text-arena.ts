// Bytes that a decoder makes itself (strings without their escapes, decoded base64) go into a block that the decoder lends to the
// kernel. When it is full the kernel gives the record back (Fault.ARENA), and the decoder brings a larger block.

export let arenaAt: usize = 0;
export let arenaEnd: usize = 0;

/** Set when a value did not fit; the decoder clears it by lending more. */
export let arenaFull: bool = false;

export function markArenaFull(): void {
  arenaFull = true;
}

export function lendArena(at: usize, end: usize): void {
  arenaAt = at;
  arenaEnd = end;
  arenaFull = false;
}

export function setArenaAt(at: usize): void {
  arenaAt = at;
}

export function arenaPosition(): usize {
  return arenaAt;
}
