import type { IntervalQualifier, IntervalUnit } from '../ast/types.ts';
import { syntaxError, unexpected } from './errors.ts';
import { smallInteger } from './literals.ts';
import type { TokenStream } from './token-stream.ts';

const unitOf: ReadonlyMap<string, IntervalUnit> = new Map(
  (['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND'] as const).flatMap((unit) => [
    [unit, unit],
    [`${unit}S`, unit],
  ]),
);

/** Which units may follow TO. */
const ends: Readonly<Partial<Record<IntervalUnit, readonly IntervalUnit[]>>> = {
  YEAR: ['MONTH'],
  DAY: ['HOUR', 'MINUTE', 'SECOND'],
  HOUR: ['MINUTE', 'SECOND'],
  MINUTE: ['SECOND'],
};

/** `DAY`, `DAYS`, `DAY(3)`, `SECOND(2, 3)`, `DAY(3) TO SECOND(6)`. */
export function intervalQualifier(stream: TokenStream): IntervalQualifier {
  const start = stream.token;
  const from = unit(stream);
  const [precision, inner] = leadingPrecision(stream, from);
  const to = stream.is('TO') && ends[from] !== undefined ? endUnit(stream, from) : undefined;
  const fraction = to === 'SECOND' ? optionalPrecision(stream) : inner;
  return { kind: 'intervalQualifier', from, to, precision, fraction, span: stream.spanFrom(start) };
}

function unit(stream: TokenStream): IntervalUnit {
  const found = unitOf.get(stream.token.code);
  if (found === undefined) throw unexpected(stream, ['a unit such as DAY, HOUR, MINUTE or SECOND']);
  stream.next();
  return found;
}

function leadingPrecision(stream: TokenStream, from: IntervalUnit): [number | undefined, number | undefined] {
  if (!stream.accept('(')) return [undefined, undefined];
  const precision = smallInteger(stream);
  const fraction = from === 'SECOND' && stream.accept(',') ? smallInteger(stream) : undefined;
  stream.expect(')');
  return [precision, fraction];
}

function optionalPrecision(stream: TokenStream): number | undefined {
  if (!stream.accept('(')) return undefined;
  const precision = smallInteger(stream);
  stream.expect(')');
  return precision;
}

function endUnit(stream: TokenStream, from: IntervalUnit): IntervalUnit {
  stream.expect('TO');
  const { token } = stream;
  const to = unit(stream);
  const allowed = ends[from] ?? [];
  if (allowed.includes(to)) return to;
  throw syntaxError(stream, token, `an interval of ${from} cannot go TO ${to}`, `it can go TO ${allowed.join(' or ')}`);
}
