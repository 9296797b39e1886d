import type { LinearMemory } from '../../../data/memory.ts';
import { types } from '../../../data/types/sql-type.ts';
import { bytesCode, type Code, type Emitter } from '../../code.ts';
import { define, named } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { sliceAt } from './slice.ts';

/** What Java counts as white space: without the no-break spaces. */
const WHITESPACE = /[\t-\r\x1c-\x20\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]/u;

/** The part of a text cut at each character of white space: what an empty separator asks for. */
function partBySpace(text: string, index: number): string | null {
  return text === '' || index < 0 ? null : (text.split(WHITESPACE)[index] ?? null);
}

/** Hot (NEXMark q22): the part lies in the text, and is found by a kernel. */
export const splitIndex = define({
  name: 'SPLIT_INDEX',
  family: 'string',
  signatures: [
    signature([param.text, param.text, param.int], types.string()),
    signature([param.text, param.int, param.int], types.string()),
  ],
  nullable: true,
  emit(e, [text, separator, index], returns) {
    const cut = named(e, 'text', text!);
    if (separator!.aux === '') return atByte(e, cut, separator!.value, index!.value, returns);
    if (separator!.constant !== undefined && separator!.constant !== '') return atBytes(e, cut, separator!, index!.value, returns);
    return atAny(e, cut, named(e, 'separator', separator!), index!.value, returns);
  },
  batch(e, [text, separator, index], out, rows) {
    if (text?.kind !== 'column' || separator?.kind !== 'constant' || index?.kind !== 'constant') return undefined;
    const { code } = separator;
    if (code.aux === '' || code.constant === '' || code.isNull !== null || index.code.isNull !== null) return undefined;
    const from = text.column;
    const nulls = text.nullable ? `${from}.hasNulls ? ${from}.nullsAddress : 0` : '0';
    const source = `${from}.valuesAddress, ${from}.auxAddress, ${nulls}, ${rows.selection}, ${rows.count}`;
    const target = `${out.column}.valuesAddress, ${out.column}.auxAddress, ${out.column}.nullsAddress`;
    return `${e.kernels}.splitPartBatch(${source}, ${code.value}, ${code.aux}, ${index.code.value}, ${target})`;
  },
  doc: 'Part number `index` (from 0) of a text cut at every separator, which is a text or the code of a character of 1 to 255. NULL where there is no such part.',
  examples: [
    { sql: "SPLIT_INDEX('https://a.b/c/d', '/', 3)", result: 'c' },
    { sql: "SPLIT_INDEX('a--b-c', '--', 1)", result: 'b-c' },
    { sql: "SPLIT_INDEX(',a,', ',', 2)", result: '' },
    { sql: "SPLIT_INDEX('a,b,c', ',', 3)", result: null },
    { sql: "SPLIT_INDEX('a,b,c', ',', -1)", result: null },
    { sql: "SPLIT_INDEX('', ',', 0)", result: null },
    { sql: "SPLIT_INDEX('a,b,c', 44, 1)", result: 'b' },
    { sql: "SPLIT_INDEX('a b  c', '', 2)", result: '' },
  ],
});

/** An empty text has no parts at all. */
function atBytes(e: Emitter, text: Code, separator: Code, index: string, returns: Code['type']): Code {
  const call = `${e.kernels}.bytesSplitPart(${text.value}, ${text.aux}, ${separator.value}, ${separator.aux}, ${index})`;
  const offset = e.bind('part', call);
  return sliceAt(e, text, offset, returns, `${offset} < 0 || ${text.aux} === 0`);
}

/** The separator is the code of one character: its one or two bytes are written into a table of the operator's. */
function atByte(e: Emitter, text: Code, separator: string, index: string, returns: Code['type']): Code {
  const table = new Uint8Array(512);
  for (let unit = 1; unit < 256; unit++) table.set(unit < 128 ? [unit] : [0xc0 | (unit >> 6), 0x80 | (unit & 63)], unit * 2);
  const at = e.bytes(table).value;
  const isCode = e.bind('is_code', `${separator} >= 1 && ${separator} <= 255`);
  const bytes = { address: `${isCode} ? ${at} + ${separator} * 2 : ${at} + 2`, byteLength: `${separator} < 128 ? 1 : 2` };
  const call = `${e.kernels}.bytesSplitPart(${text.value}, ${text.aux}, ${bytes.address}, ${bytes.byteLength}, ${index})`;
  const offset = e.bind('part', call);
  return sliceAt(e, text, offset, returns, `${offset} < 0 || ${text.aux} === 0 || !${isCode}`);
}

/** A separator known only per row may be empty; that case is left to JavaScript, which copies. */
function atAny(e: Emitter, text: Code, separator: Code, index: string, returns: Code['type']): Code {
  const at = e.variable('part', '0');
  const byteLength = e.variable('part_length', '0');
  const isNull = e.variable('part_null', `${text.aux} === 0`);
  e.block(`if (${separator.aux} > 0)`, () => {
    const found = atBytes(e, text, separator, index, returns);
    e.line(`${at} = ${found.value};`);
    e.line(`${byteLength} = ${found.aux};`);
    e.line(`${isNull} = ${found.isNull};`);
  });
  e.block('else', () => {
    const read = e.helper('partBySpace', (memory: LinearMemory, address: number, length: number, part: number) =>
      partBySpace(memory.text(address, length), part),
    );
    const found = e.unbox('spaced', returns, `${read}(${e.memory}, ${text.value}, ${text.aux}, ${index})`);
    e.line(`${at} = ${found.value};`);
    e.line(`${byteLength} = ${found.aux};`);
    e.line(`${isNull} = ${found.isNull};`);
  });
  return bytesCode(returns, at, byteLength, isNull);
}
