import type { LinearMemory } from '../../../data/memory.ts';
import type { StringArena } from '../../../data/string-arena.ts';
import { MAX_LENGTH } from '../../../data/types/sql-type.ts';
import { bytesCode, type Code, type Emitter } from '../../code.ts';
import { named } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

/** Text to text of the same type, as in Flink, although a letter may have a longer counterpart than CHAR(n) has room for. */
export const textToText = signature([param.text], ([text]) => text);

/** Hot (NEXMark q21): ASCII is changed by a kernel; other text by JavaScript, whose rules are those of Java's root locale. */
export function emitChangeCase(e: Emitter, name: 'lower' | 'upper', operand: Code, returns: Code['type']): Code {
  const { value: text, aux: length } = named(e, 'text', operand);
  const kernel = name === 'lower' ? 'textLower' : 'textUpper';
  const change = name === 'lower' ? lowerText : upperText;
  const room = 'length' in returns ? returns.length : MAX_LENGTH;
  const isAscii = e.bind('is_ascii', `${e.kernels}.${kernel}(${text}, ${length}, ${e.arena}.ensure(${length})) !== 0`);
  const other = `${e.helper(`${name}Text`, change)}(${e.memory}, ${e.arena}, ${text}, ${length}, ${room})`;
  const changed = e.bind(name, `${isAscii} ? ${e.arena}.take(${length}) : ${other}`);
  return bytesCode(returns, changed, e.bind(`${name}_length`, `${isAscii} ? ${length} : ${e.arena}.byteLength`));
}

function lowerText(memory: LinearMemory, arena: StringArena, address: number, byteLength: number, room: number): number {
  return arena.put(cut(memory.text(address, byteLength).toLowerCase(), room));
}

function upperText(memory: LinearMemory, arena: StringArena, address: number, byteLength: number, room: number): number {
  return arena.put(cut(memory.text(address, byteLength).toUpperCase(), room));
}

/** A letter can have a counterpart of several; what has no room in CHAR(n) or VARCHAR(n) is cut off. */
const cut = (text: string, room: number): string => (text.length <= room ? text : [...text].slice(0, room).join(''));
