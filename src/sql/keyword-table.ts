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

/** A hash of the length and of three characters, for which upper and lower case of a letter count as one. */
function slotOf(text: string, start: number, end: number): number {
  const length = end - start;
  const first = text.charCodeAt(start) | 0x20;
  const middle = text.charCodeAt(start + (length >> 1)) | 0x20;
  const last = text.charCodeAt(end - 1) | 0x20;
  return (first * 7 + middle * 61 + last * 359 + length * 911) & (size - 1);
}

function add(word: string, type: TokenType): void {
  const slot = slotOf(word, 0, word.length);
  table[slot] = { word, type, next: table[slot] };
}

for (const word of reservedWords) add(word, 'reserved');
for (const word of unreservedWords) add(word, 'keyword');

/** Finds the keyword that `text` spells from `start` to `end`, in any case, without making a string. */
export function findKeyword(text: string, start: number, end: number): Entry | undefined {
  let entry = table[slotOf(text, start, end)];
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
