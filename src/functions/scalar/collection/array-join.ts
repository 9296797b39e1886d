import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

export const arrayJoin = plainFunction({
  name: 'ARRAY_JOIN',
  family: 'collection',
  signatures: [signature([param.texts, param.text, param.text], types.string(), { optional: 1 })],
  nested: true,
  call: (texts: readonly (string | null)[], delimiter: string, missing?: string) =>
    texts.flatMap((text) => text ?? missing ?? []).join(delimiter),
  doc: 'The texts of an array with a delimiter between them. NULLs are left out, or shown as the third argument says.',
  examples: [
    { sql: "ARRAY_JOIN(ARRAY['a', NULL, 'b'], ', ')", result: 'a, b' },
    { sql: "ARRAY_JOIN(ARRAY['a', NULL, 'b'], ', ', '*')", result: 'a, *, b' },
    { sql: "ARRAY_JOIN(CAST(NULL AS ARRAY<STRING>), ',')", result: null },
  ],
});
