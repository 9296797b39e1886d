import { callPlain, define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { symbolOf, symbolParameter } from '../symbols.ts';
import { trimmed, trimText } from './trim-text.ts';

const side = symbolParameter('BOTH | LEADING | TRAILING', ['BOTH', 'LEADING', 'TRAILING']);

/** The first argument is the word that says where, as a text literal: `TRIM(BOTH c FROM x)` is TRIM('BOTH', c, x), `TRIM(x)` has one argument. */
export const trim = define({
  name: 'TRIM',
  family: 'string',
  signatures: [
    signature([param.text], ([text]) => trimmed(text)),
    signature([side, param.text], ([, text]) => trimmed(text)),
    signature([side, param.text, param.text], ([, , text]) => trimmed(text)),
  ],
  emit(e, args, returns) {
    const where = args.length === 1 ? 'BOTH' : symbolOf(args[0]);
    const call = (text: string, set = ' ') => trimText(text, set, where !== 'TRAILING', where !== 'LEADING');
    const operands = args.length === 3 ? [args[2]!, args[1]!] : [args.at(-1)!];
    return callPlain(e, 'TRIM', call, operands, returns, false);
  },
  flink: (args) =>
    args.length === 1
      ? `TRIM(${args[0]})`
      : `TRIM(${args[0]!.replaceAll("'", '')} ${args.length === 3 ? `${args[1]} ` : ''}FROM ${args.at(-1)})`,
  doc: 'A text without spaces, or without the characters of a given text, at both ends or at one.',
  examples: [
    { sql: "TRIM('  a ')", result: 'a' },
    { sql: "TRIM(LEADING 'x' FROM 'xxaxx')", result: 'axx' },
    { sql: "TRIM(TRAILING 'x' FROM 'xxaxx')", result: 'xxa' },
    { sql: "TRIM(BOTH 'xy' FROM 'xyayx')", result: 'a' },
    { sql: "TRIM(BOTH '' FROM 'xyayx')", result: 'xyayx' },
  ],
});
