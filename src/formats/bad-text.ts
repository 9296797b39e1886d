/** What a text kernel could not read: Fault of src/kernels/assembly/text-error.ts. */
export const Fault = {
  unexpected: 1,
  unterminated: 2,
  escape: 3,
  utf8: 4,
  depth: 5,
  number: 6,
  value: 7,
  missing: 8,
  notObject: 9,
  quotes: 10,
  columns: 11,
  trailing: 12,
  arena: 30,
  elements: 31,
  rows: 32,
  incomplete: 33,
} as const;

const REASONS: Readonly<Record<number, string>> = {
  [Fault.unexpected]: 'unexpected character',
  [Fault.unterminated]: 'the record ends before it is complete',
  [Fault.escape]: 'invalid escape sequence in a string',
  [Fault.utf8]: 'invalid UTF-8',
  [Fault.depth]: 'nested deeper than 1000 levels',
  [Fault.number]: 'malformed number',
  [Fault.missing]: 'a field is missing',
  [Fault.notObject]: 'the record is not a JSON object',
  [Fault.quotes]: 'a quoted field is followed by other text',
  [Fault.columns]: 'wrong number of columns',
  [Fault.trailing]: 'more text follows the record on its line',
  [Fault.rows]: 'an array of more records than a batch holds',
};

/** The reason of a fault in words; `character` is shown where it is what was not expected. */
export function faultReason(fault: number, character: number): string {
  const reason = REASONS[fault] ?? `fault ${fault}`;
  if (fault !== Fault.unexpected) return reason;
  const shown =
    character > 0x20 && character < 0x7f ? `'${String.fromCharCode(character)}'` : `0x${character.toString(16).padStart(2, '0')}`;
  return `${reason} ${shown}`;
}
