import type { StringArena } from '../../../data/string-arena.ts';
import { types } from '../../../data/types/sql-type.ts';
import type { Kernels } from '../../../kernels/kernels.ts';
import { badConstant, badValue } from '../../bad-argument.ts';
import { type Code, code, type Emitter } from '../../code.ts';
import { define, named } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { compileLike, type LikePattern } from './like-pattern.ts';

/** A constant pattern is compiled once; one from the data is compiled when it changes. */
export const like = define({
  name: 'LIKE',
  family: 'string',
  signatures: [signature([param.text, param.text, param.text], types.boolean(), { optional: 1 })],
  emit(e, [text, pattern, escaped], returns) {
    const isConstant = typeof pattern?.constant === 'string' && (escaped === undefined || typeof escaped.constant === 'string');
    if (!isConstant) return code(returns, e.bind('is_like', likeOfData(e, text!, pattern!, escaped)));
    const compiled = compileLike(pattern.constant as string, escaped?.constant as string | undefined, badConstant);
    return code(returns, e.bind('is_like', matchCode(e, named(e, 'text', text!), compiled)));
  },
  flink: ([text, pattern, escaped]) => `(${text} LIKE ${pattern}${escaped === undefined ? '' : ` ESCAPE ${escaped}`})`,
  doc: 'Whether a text matches a pattern, in which % stands for any characters and _ for one. ESCAPE names the character that makes them ordinary.',
  examples: [
    { sql: "'apple' LIKE 'a%'", result: 'TRUE' },
    { sql: "'apple' LIKE '%pl_'", result: 'TRUE' },
    { sql: "'Apple' LIKE 'a%'", result: 'FALSE' },
    { sql: "'a😀b' LIKE 'a_b'", result: 'TRUE' },
    { sql: "'a%c' LIKE 'a!%c' ESCAPE '!'", result: 'TRUE' },
    { sql: "'abc' LIKE 'a!%c' ESCAPE '!'", result: 'FALSE' },
    { sql: "'' LIKE '%'", result: 'TRUE' },
    { sql: "'abc' LIKE CAST(NULL AS STRING)", result: null },
  ],
});

/** JavaScript of the test of a text against a compiled pattern. */
function matchCode(e: Emitter, { value: at, aux: length }: Code, pattern: LikePattern): string {
  if (pattern.kind === 'anything') return 'true';
  const k = e.kernels;
  const wanted = e.bytes(pattern.kind === 'general' ? pattern.bytes : pattern.text);
  switch (pattern.kind) {
    case 'equal':
      return `${k}.bytesEqual(${at}, ${length}, ${wanted.value}, ${wanted.aux}) !== 0`;
    case 'prefix':
      return `${length} >= ${wanted.aux} && ${k}.bytesEqual(${at}, ${wanted.aux}, ${wanted.value}, ${wanted.aux}) !== 0`;
    case 'suffix':
      return `${length} >= ${wanted.aux} && ${k}.bytesEqual(${at} + ${length} - ${wanted.aux}, ${wanted.aux}, ${wanted.value}, ${wanted.aux}) !== 0`;
    case 'contains':
      return `${k}.bytesIndexOf(${at}, ${length}, ${wanted.value}, ${wanted.aux}, 0) >= 0`;
    default:
      return `${k}.likeMatch(${at}, ${length}, ${wanted.value}, ${wanted.aux}) !== 0`;
  }
}

/** The pattern as the kernel's bytes: the simple forms, too. */
function kernelBytes(pattern: string, escaped: string | undefined): Uint8Array {
  const compiled = compileLike(`${pattern}`, escaped, badValue);
  if (compiled.kind === 'general') return compiled.bytes;
  const any = Uint8Array.of(0xff);
  if (compiled.kind === 'anything') return any;
  const text = new TextEncoder().encode(compiled.text);
  const before = compiled.kind === 'suffix' || compiled.kind === 'contains' ? any : [];
  const after = compiled.kind === 'prefix' || compiled.kind === 'contains' ? any : [];
  return Uint8Array.from([...before, ...text, ...after]);
}

type Matcher = (k: Kernels, arena: StringArena, at: number, length: number, pattern: string, escaped?: string) => boolean;

function dataMatcher(): Matcher {
  let knownPattern: string | undefined;
  let knownEscape: string | undefined;
  let bytes = new Uint8Array(0);
  return (k, arena, at, length, pattern, escaped) => {
    if (pattern !== knownPattern || escaped !== knownEscape) {
      bytes = new Uint8Array(kernelBytes(pattern, escaped));
      knownPattern = pattern;
      knownEscape = escaped;
    }
    return k.likeMatch(at, length, arena.put(bytes), bytes.length) !== 0;
  };
}

function likeOfData(e: Emitter, text: Code, pattern: Code, escaped: Code | undefined): string {
  const match = e.helper('likeOfData', dataMatcher());
  const rest = escaped === undefined ? '' : `, ${e.box(escaped)}`;
  return `${match}(${e.kernels}, ${e.arena}, ${text.value}, ${text.aux}, ${e.box(pattern)}${rest})`;
}
