import { freshUuid } from '../../../common/random.ts';
import { types } from '../../../data/types/sql-type.ts';
import { callPlain, define } from '../../plain-function.ts';
import { signature } from '../../signatures.ts';

export const uuid = define({
  name: 'UUID',
  family: 'string',
  signatures: [signature([], types.char(36))],
  deterministic: false,
  emit: (e, _args, returns) => callPlain(e, 'UUID', freshUuid, [], returns, false),
  doc: 'A random UUID (version 4), another for each row.',
  examples: [
    { sql: 'CHAR_LENGTH(UUID())', result: '36' },
    { sql: "REGEXP(UUID(), '^[0-9a-f-]{14}4[0-9a-f-]{4}[0-9a-f-]{17}$')", result: 'TRUE' },
  ],
});
