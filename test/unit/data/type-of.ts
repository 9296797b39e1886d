import { type SqlType, types } from '../../../src/data/types/sql-type.ts';

const BUILDERS: Readonly<Record<string, (a?: number, b?: number) => SqlType>> = {
  BOOLEAN: () => types.boolean(),
  TINYINT: () => types.tinyint(),
  SMALLINT: () => types.smallint(),
  INT: () => types.int(),
  BIGINT: () => types.bigint(),
  FLOAT: () => types.float(),
  DOUBLE: () => types.double(),
  DATE: () => types.date(),
  STRING: () => types.string(),
  BYTES: () => types.bytes(),
  DECIMAL: (p, s) => types.decimal(p!, s!),
  CHAR: (n) => types.char(n!),
  VARCHAR: (n) => types.varchar(n!),
  BINARY: (n) => types.binary(n!),
  VARBINARY: (n) => types.varbinary(n!),
  TIME: (p) => types.time(p!),
  TIMESTAMP: (p) => types.timestamp(p!),
  TIMESTAMP_LTZ: (p) => types.timestampLtz(p!),
};

/** The type that a text such as `DECIMAL(10,2)` names; nullable. */
export function typeOf(text: string): SqlType {
  const [, name, a, b] = /^(\w+)(?:\((\d+)(?:, *(\d+))?\))?$/.exec(text) ?? [];
  return BUILDERS[name!]!(Number(a), Number(b));
}
