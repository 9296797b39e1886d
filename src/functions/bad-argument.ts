import { DataError, SqlError } from '../common/errors.ts';

/** A constant argument that the function does not know: MS1251, before anything runs. */
export function badConstant(message: string, hint?: string): never {
  throw new SqlError('MS1251', message, { hint });
}

/** The same of an argument that comes from the data: MS2051. */
export function badValue(message: string, hint?: string): never {
  throw new DataError('MS2051', message, { hint });
}
