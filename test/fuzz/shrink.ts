/** Tests of smaller inputs that one failure may cost. */
const TRIES = 3000;

/** Leaves out parts of a failing input as long as what is left still fails: halves first, then ever smaller parts. */
export async function shrink<T>(parts: readonly T[], fails: (parts: readonly T[]) => Promise<boolean>): Promise<readonly T[]> {
  let kept = parts;
  let tries = 0;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length && tries < TRIES; tries++) {
      const shorter = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (await fails(shorter)) kept = shorter;
      else at += size;
    }
  }
  return kept;
}
