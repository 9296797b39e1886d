/** What `import ... from 'millstream'` offers. */

export * from './api/index.ts';
export { type ErrorCode, errorCodes } from './common/error-codes.ts';
export {
  ConnectorError,
  DataError,
  type ErrorDomain,
  type ErrorOptions,
  InternalError,
  type Span,
  SqlError,
  StateError,
  StreamError,
  UnsupportedError,
} from './common/errors.ts';
