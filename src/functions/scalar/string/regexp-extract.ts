import { types } from '../../../data/types/sql-type.ts';
import type { Code, Emitter } from '../../code.ts';
import { define, named } from '../../plain-function.ts';
import { compileRegex, firstMatch } from '../../regex/regex.ts';
import { param, signature } from '../../signatures.ts';
import { sliceAt } from './slice.ts';

function extract(text: string, pattern: string, group = 0): string | null {
  const compiled = compileRegex(pattern, group > 0);
  if (compiled === undefined || group < 0 || group > compiled.groups) return null;
  return firstMatch(compiled, text)?.[group] ?? null;
}

/**
 * A pattern that asks for what follows a key up to the next `stop` character: `key=([^&]*)`, where with `lead` the key stands after
 * that text or at the beginning: `(&|^)key=([^&]*)`. Such parts are found in bytes, without a copy.
 */
interface KeyPattern {
  readonly lead: string | undefined;
  readonly key: string;
  readonly stop: string;
  /** The group that holds the part. */
  readonly group: number;
}

const PLAIN = '[A-Za-z0-9_=&/:;, ~@#%!-]+';
const KEY_PATTERN = new RegExp(`^(?:\\((?:(${PLAIN})\\|\\^|\\^\\|(${PLAIN}))\\))?(${PLAIN})\\(\\[\\^([A-Za-z0-9_=&/:;, ~@#%!])\\]\\*\\)$`);

export function keyPatternOf(pattern: string): KeyPattern | undefined {
  const match = KEY_PATTERN.exec(pattern);
  if (match === null) return undefined;
  const lead = match[1] ?? match[2];
  const key = match[3]!;
  // The bytes of `lead` before the key at the very beginning would match in both ways: left to the general form.
  if (lead !== undefined && `${lead}${key}`.startsWith(key)) return undefined;
  return { lead, key, stop: match[4]!, group: lead === undefined ? 1 : 2 };
}

/** Hot (NEXMark q21): the frequent form of pattern works on bytes, others on JavaScript text. */
export const regexpExtract = define({
  name: 'REGEXP_EXTRACT',
  family: 'string',
  signatures: [signature([param.text, param.text, param.int], types.string(), { optional: 1 })],
  nullable: true,
  emit(e, [text, pattern, group], returns) {
    if (typeof pattern?.constant === 'string') {
      const key = keyPatternOf(pattern.constant);
      if (key !== undefined && group?.constant === key.group) return emitKey(e, named(e, 'text', text!), key, returns);
      compileRegex(pattern.constant, group !== undefined && group.constant !== 0);
    }
    const args = [text!, pattern!, ...(group === undefined ? [] : [group])].map((arg) => e.box(arg));
    return e.unbox('extracted', returns, `${e.helper('extract', extract)}(${args.join(', ')})`);
  },
  doc: "The part of a text that matches a regular expression in Java's syntax, or one of its groups (0 is all of it). NULL where nothing matches or there is no such group.",
  examples: [
    { sql: "REGEXP_EXTRACT('foothebar', 'foo(.*?)(bar)', 2)", result: 'bar' },
    { sql: "REGEXP_EXTRACT('foothebar', 'foo(.*?)(bar)')", result: 'foothebar' },
    { sql: "REGEXP_EXTRACT('a&channel_id=x&b=1', '(&|^)channel_id=([^&]*)', 2)", result: 'x' },
    { sql: "REGEXP_EXTRACT('channel_id=x', '(&|^)channel_id=([^&]*)', 2)", result: 'x' },
    { sql: "REGEXP_EXTRACT('my_channel_id=x', '(&|^)channel_id=([^&]*)', 2)", result: null },
    { sql: "REGEXP_EXTRACT('foothebar', 'xyz', 0)", result: null },
    { sql: "REGEXP_EXTRACT('foothebar', 'foo', 3)", result: null },
    { sql: "REGEXP_EXTRACT('a', '(', 0)", result: null },
  ],
});

function emitKey(e: Emitter, text: Code, { lead, key, stop }: KeyPattern, returns: Code['type']): Code {
  const wanted = e.bytes(`${lead ?? ''}${key}`);
  const call = `${e.kernels}.bytesAfterKey(${text.value}, ${text.aux}, ${wanted.value}, ${wanted.aux}, ${lead?.length ?? -1}, ${stop.charCodeAt(0)})`;
  const offset = e.bind('extracted_at', call);
  return sliceAt(e, text, offset, returns, `${offset} < 0`);
}
