import { mergedType } from '../../../data/types/common-type.ts';
import { isBinary, isText, type SqlType, types, withNullable } from '../../../data/types/sql-type.ts';
import { define } from '../../plain-function.ts';
import type { Signature } from '../../scalar-function.ts';

const INDEX: ReadonlySet<SqlType['root']> = new Set(['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'NULL']);

/** All texts, or all bytes. */
const texts: Signature = {
  text: '(BIGINT, STRING, ...)',
  resolve([index, ...choices]) {
    if (index === undefined || choices.length === 0 || !INDEX.has(index.type.root)) return undefined;
    const typed = choices.filter(({ type }) => type.root !== 'NULL').map(({ type }) => type);
    if (!typed.every(isText) && !typed.every(isBinary)) return undefined;
    const common = typed.reduce<SqlType | undefined>((held, type) => held && mergedType(held, type), typed[0]) ?? types.string();
    return { args: [types.bigint(), ...choices.map(() => withNullable(common, true))], returns: common };
  },
};

export const elt = define({
  name: 'ELT',
  family: 'string',
  bareNull: true,
  signatures: [texts],
  nulls: 'own',
  nullable: true,
  emit(e, [index, ...choices], returns) {
    const place = e.bind('place', `${index!.isNull ?? 'false'} ? 0n : ${index!.value}`);
    const value = e.variable('chosen', '0');
    const byteLength = e.variable('chosen_length', '0');
    const isNull = e.variable('chosen_null', 'true');
    for (const [i, choice] of choices.entries()) {
      e.block(`if (${place} === ${i + 1}n && !(${choice.isNull ?? 'false'}))`, () => {
        e.line(`${value} = ${choice.value};`);
        e.line(`${byteLength} = ${choice.aux};`);
        e.line(`${isNull} = false;`);
      });
    }
    return { type: returns, value, aux: byteLength, isNull };
  },
  doc: 'The text (or bytes) at place `index`, from 1. NULL where there is none.',
  examples: [
    { sql: "ELT(2, 'a', 'b')", result: 'b' },
    { sql: "ELT(3, 'a', 'b')", result: null },
    { sql: "ELT(2, CAST(NULL AS STRING), 'b')", result: 'b' },
    { sql: "ELT(1, CAST(NULL AS STRING), 'b')", result: null },
    { sql: "ELT(CAST(NULL AS INT), 'a')", result: null },
  ],
});
