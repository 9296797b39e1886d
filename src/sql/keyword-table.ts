import { reservedWords, unreservedWords } from './keywords.ts';
import type { TokenType } from './token.ts';

/** One word of the grammar, in a chain of those with the same hash. */
interface Entry {
  readonly word: string;
  readonly type: TokenType;
  readonly next: Entry | undefined;
}

const size = 2048;
const table: (Entry | undefined)[] = new Array<Entry | undefined>(size).fill(undefined);

/** Mixes one character into a hash so that upper and lower case of a letter count as one. */
export function mixCharacter(hash: number, code: number): number {
  return (Math.imul(hash, 31) + (code | 0x20)) | 0;
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 11)) & (size - 1);
}

function add(word: string, type: TokenType): void {
  let hash = 0;
  for (let i = 0; i < word.length; i++) hash = mixCharacter(hash, word.charCodeAt(i));
  const slot = slotOf(hash);
  table[slot] = { word, type, next: table[slot] };
}

for (const word of reservedWords) add(word, 'reserved');
for (const word of unreservedWords) add(word, 'keyword');

/** Finds the keyword that `text` spells from `start` to `end`, in any case, without making a string. `hash` is that of its characters. */
export function findKeyword(text: string, start: number, end: number, hash: number): Entry | undefined {
  let entry = table[slotOf(hash)];
  while (entry !== undefined && !spells(text, start, end, entry.word)) entry = entry.next;
  return entry;
}

function spells(text: string, start: number, end: number, word: string): boolean {
  if (word.length !== end - start) return false;
  for (let i = 0; i < word.length; i++) {
    if ((text.charCodeAt(start + i) | 0x20) !== (word.charCodeAt(i) | 0x20)) return false;
  }
  return true;
}
