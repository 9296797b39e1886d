import { types } from '../../../data/types/sql-type.ts';
import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

export const concatWs = define({
  name: 'CONCAT_WS',
  family: 'string',
  signatures: [signature([param.text, param.text], types.string(), { variadic: true, optional: 1 })],
  nulls: 'own',
  nullable: 'as-arguments',
  emit(e, args, returns) {
    const boxed = args.map((arg) => (arg.isNull === null ? e.box(arg) : `${arg.isNull} ? null : ${e.box(arg)}`));
    const join = e.helper('joinTexts', (separator: string | null, ...texts: (string | null)[]) =>
      separator === null ? null : texts.filter((text) => text !== null).join(separator),
    );
    return e.unbox('joined', returns, `${join}(${boxed.join(', ')})`);
  },
  doc: 'Texts joined by a separator; a NULL among them is left out. NULL where the separator is.',
  examples: [
    { sql: "CONCAT_WS('-', 'a', CAST(NULL AS STRING), 'b')", result: 'a-b' },
    { sql: "CONCAT_WS(CAST(NULL AS STRING), 'a', 'b')", result: null },
    { sql: "CONCAT_WS('-')", result: '' },
  ],
});
