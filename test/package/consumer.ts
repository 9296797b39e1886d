// A user's TypeScript, compiled and run against the packed and installed package by .ci/run.
import { type ErrorCode, SqlError, StreamError } from 'millstream';

const code: ErrorCode = 'MS1001';
const error: StreamError = new SqlError(code, 'unexpected token');
if (error.code !== code) throw new Error('the code is lost');
// @ts-expect-error: there is no such code.
new SqlError('MS0', '');
