// An object or array as the text of a STRING column, as Jackson prints its tree: without white space, strings with the usual
// escapes, fractions as doubles. Of keys that come twice the last value counts, in the first one's place.
import { arenaAt, arenaEnd, setArenaAt } from "./text-arena";
import { readString, textEnd, textStart } from "./json-string";
import { writeString } from "./json-write-string";
import { CLOSE_ARRAY, CLOSE_OBJECT, COLON, COMMA, OPEN_ARRAY, OPEN_OBJECT, QUOTE, skipSpace, skipScalar, skipString } from "./json-scan";
import { prepareNumbers, writeDouble } from "./number-write";
import { doubleValue, readDouble } from "./number-read";

/** Bytes that a number or a bracket may take. */
const ROOM: usize = 64;
let limit: usize = 0;
/** Where the text ends so far. */
let out: usize = 0;

/** Writes the well-formed value [start, end) into the arena, from arenaAt on; false if it does not fit. */
export function writeTree(start: usize, end: usize): bool {
  // Strings are unescaped into the far half of the block on their way.
  const half = arenaAt + ((arenaEnd - arenaAt) >> 1);
  if (half < arenaAt + ((end - start) << 3) + ROOM) return false;
  const from = arenaAt;
  limit = half - ROOM;
  out = from;
  prepareNumbers();
  setArenaAt(half);
  const ok = writeNode(start) != 0;
  setArenaAt(ok ? out : from);
  return ok;
}

/** Writes the value at p; the address after it, or 0 if it does not fit. Recursion is bounded by json-scan's depth. */
function writeNode(p: usize): usize {
  const c = load<u8>(p);
  if (out > limit) return 0;
  if (c == OPEN_OBJECT) return writeObject(p);
  if (c == OPEN_ARRAY) return writeArray(p);
  if (c == QUOTE) return writeText(p);
  const end = skipScalar(p);
  if (isFraction(p, end)) {
    if (!readDouble(p, end)) return 0;
    out = writeDouble(doubleValue, true, out);
  } else {
    const minusZero = end - p == 2 && load<u16>(p) == 0x302d;
    const from = minusZero ? p + 1 : p;
    memory.copy(out, from, end - from);
    out += end - from;
  }
  return end;
}

function isFraction(start: usize, end: usize): bool {
  const first = load<u8>(start);
  if (first != 0x2d && first - 0x30 > 9) return false;
  for (let p = start; p < end; p++) {
    const c = load<u8>(p);
    if (c == 0x2e || (c | 0x20) == 0x65) return true;
  }
  return false;
}

/** A string: read without its escapes, written with ours. */
function writeText(p: usize): usize {
  const kept = arenaAt;
  const end = readString(p + 1);
  if (end == 0 || out + (textEnd - textStart) * 6 + ROOM > limit) return 0;
  out = writeString(textStart, <u32>(textEnd - textStart), out);
  setArenaAt(kept);
  return end;
}

// @ts-ignore: decorator
@inline
function put(c: u8): void {
  store<u8>(out++, c);
}

function writeArray(at: usize): usize {
  put(OPEN_ARRAY);
  let p = skipSpace(at + 1);
  if (load<u8>(p) == CLOSE_ARRAY) {
    put(CLOSE_ARRAY);
    return p + 1;
  }
  while (true) {
    p = writeNode(p);
    if (p == 0) return 0;
    p = skipSpace(p);
    const c = load<u8>(p);
    put(c);
    if (c == CLOSE_ARRAY) return p + 1;
    p = skipSpace(p + 1);
  }
}

function writeObject(at: usize): usize {
  const start = out;
  put(OPEN_OBJECT);
  let p = skipSpace(at + 1);
  if (load<u8>(p) == CLOSE_OBJECT) {
    put(CLOSE_OBJECT);
    return p + 1;
  }
  while (true) {
    const entry = out;
    p = writeText(p);
    if (p == 0) return 0;
    p = skipSpace(skipSpace(p) + 1);
    const keyEnd = out;
    put(COLON);
    p = writeNode(p);
    if (p == 0) return 0;
    p = skipSpace(p);
    const c = load<u8>(p);
    if (!replaceEntry(start + 1, entry, keyEnd)) return 0;
    put(c);
    if (c == CLOSE_OBJECT) return p + 1;
    p = skipSpace(p + 1);
  }
}

/** Where the key of the entry [entry, out) came before in the object whose entries begin at `first`: moves its value there. */
function replaceEntry(first: usize, entry: usize, keyEnd: usize): bool {
  const keySize = keyEnd - entry;
  let p = first;
  while (p < entry) {
    const valueAt = skipString(p + 1) + 1;
    const valueEnd = skipWritten(valueAt);
    if (valueAt - 1 - p == keySize && memory.compare(p, entry, keySize) == 0) return moveValue(valueAt, valueEnd, entry, keyEnd + 1);
    p = valueEnd + 1;
  }
  return true;
}

/** Puts the value [from, out) in place of [at, end), and takes its own entry away, with the comma before it. */
function moveValue(at: usize, end: usize, entry: usize, from: usize): bool {
  const size = out - from;
  // A copy behind everything, so that the parts can move.
  if (out + size + ROOM > limit) return false;
  const copy = out;
  memory.copy(copy, from, size);
  const tail = entry - 1 - end;
  if (size <= end - at) {
    memory.copy(at, copy, size);
    memory.copy(at + size, end, tail);
  } else {
    // The new value is longer than the old one: what lies behind it is kept apart while it grows.
    const grown = copy + size;
    if (grown + tail > limit) return false;
    memory.copy(grown, end, tail);
    memory.copy(at, copy, size);
    memory.copy(at + size, grown, tail);
  }
  out = at + size + tail;
  return true;
}

/** The end of a value in what was written here: no white space, no errors. */
function skipWritten(at: usize): usize {
  let p = at;
  let depth = 0;
  while (true) {
    const c = load<u8>(p);
    if (c == QUOTE) p = skipString(p + 1);
    else if (c == OPEN_OBJECT || c == OPEN_ARRAY) {
      depth++;
      p++;
      continue;
    } else if (c == CLOSE_OBJECT || c == CLOSE_ARRAY) {
      depth--;
      p++;
    } else if (c == COMMA || c == COLON) {
      p++;
      continue;
    } else p = skipScalar(p);
    if (depth == 0) return p;
  }
}
