import { isInteger, isText, type SqlType, types } from '../../../data/types/sql-type.ts';
import type { Value } from '../../../data/values/value.ts';
import { valueText } from '../../../data/values/value-text.ts';
import { type FormatArgument, javaFormat } from '../../format/java-format.ts';
import { define } from '../../plain-function.ts';
import type { Signature } from '../../scalar-function.ts';
import { boxedOrNull } from '../boxed.ts';

const BITS: Partial<Record<SqlType['root'], number>> = { TINYINT: 8, SMALLINT: 16, INT: 32, BIGINT: 64 };
const TAKEN: ReadonlySet<SqlType['root']> = new Set(['BOOLEAN', 'FLOAT', 'DOUBLE', 'DECIMAL', 'NULL']);

const formatted: Signature = {
  text: '(STRING, ANY, ...)',
  resolve([format, ...args]) {
    if (format === undefined || !isText(format.type)) return undefined;
    const fits = args.every(({ type }) => isInteger(type) || isText(type) || TAKEN.has(type.root));
    return fits ? { args: [format.type, ...args.map(({ type }) => type)], returns: types.string() } : undefined;
  },
};

/** What makes an argument of a value of the type, or of null. */
function argumentMaker(type: SqlType): (value: Value) => FormatArgument {
  if (isInteger(type)) return (value) => ({ kind: 'integer', bits: BITS[type.root]!, value });
  if (type.root === 'FLOAT' || type.root === 'DOUBLE') return (value) => ({ kind: 'floating', bits: 0, value });
  if (type.root === 'BOOLEAN') return (value) => ({ kind: 'boolean', bits: 0, value });
  return (value) => ({ kind: 'text', bits: 0, value: value === null ? null : valueText(value, type, 'UTC') });
}

function printer(argTypes: readonly SqlType[]): (format: string | null, args: readonly Value[]) => string | null {
  const makers = argTypes.map(argumentMaker);
  return (format, args) =>
    format === null
      ? null
      : javaFormat(
          format,
          args.map((value, i) => makers[i]!(value)),
        );
}

export const printf = define({
  name: 'PRINTF',
  family: 'string',
  signatures: [formatted],
  nulls: 'own',
  nullable: true,
  bareNull: true,
  emit(e, [format, ...args], returns) {
    const print = e.helper('printf_of', printer(args.map(({ type }) => type)));
    const values = args.map((arg) => boxedOrNull(e, arg));
    return e.unbox('printed', returns, `${print}(${boxedOrNull(e, format!)}, [${values.join(', ')}])`);
  },
  doc: "Values put into a format of Java's: `%d`, `%x`, `%o` and `%c` of integers, `%f`, `%e` and `%g` of FLOAT and DOUBLE, `%s` and `%b` of all, with flags, width, precision and index. A NULL value prints as null; NULL where the format is.",
  examples: [
    { sql: "PRINTF('%s has %d of %,d', 'tea', 3, 12345)", result: 'tea has 3 of 12,345' },
    { sql: "PRINTF('%05d|%-4d|%+d|%x', 42, 7, 1, -1)", result: '00042|7   |+1|ffffffff' },
    { sql: "PRINTF('%.2f %e', 1.005E0, 12345.678E0)", result: '1.01 1.234568e+04' },
    { sql: "PRINTF('%2$s %1$s', 'a', 'b')", result: 'b a' },
    { sql: "PRINTF('%d%%', CAST(NULL AS INT))", result: 'null%' },
    { sql: "PRINTF('%b %S', TRUE, 'x')", result: 'true X' },
    { sql: 'PRINTF(CAST(NULL AS STRING), 1)', result: null },
  ],
});
