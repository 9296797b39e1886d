/** Number (from 1) of the character at a UTF-16 offset, counting code points; 0 for a negative offset. */
export function characterNumber(text: string, offset: number): number {
  if (offset < 0) return 0;
  let count = 1;
  for (let i = 0; i < offset; i++) if ((text.charCodeAt(i) & 0xfc00) !== 0xdc00) count++;
  return count;
}

/** UTF-16 offset of character `number` (from 1); the text's length where there are fewer. */
export function offsetOf(text: string, number: number): number {
  let left = number - 1;
  let i = 0;
  while (left > 0 && i < text.length) {
    i += text.codePointAt(i)! > 0xffff ? 2 : 1;
    left--;
  }
  return i;
}

/** Number of the first character, from number `start` on, where `part` begins; 0 for none, 1 for an empty part. */
export function locateText(part: string, text: string, start = 1): number {
  if (part === '') return 1;
  return characterNumber(text, text.indexOf(part, start <= 1 ? 0 : offsetOf(text, start)));
}
