import { type ErrorCode, errorCodes } from './error-codes.ts';

/** A range of the SQL text an error points at: offsets in UTF-16 units from 0, line and column from 1. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

/** Who can do something about an error: the user (program or input), the world outside, or the authors of Millstream. */
export type ErrorDomain = 'user' | 'external' | 'internal';

export interface ErrorOptions {
  /** What is known beyond the message: the record, the peer, the file and offset. Secrets are masked by the caller. */
  readonly detail?: string | undefined;
  /** What to do about it, as one sentence. */
  readonly hint?: string | undefined;
  /** The place in the SQL text. */
  readonly span?: Span | undefined;
  /** The text that `span` points into, so that a printer can show the line. */
  readonly source?: string | undefined;
  readonly operator?: string | undefined;
  readonly cause?: unknown;
  /** Whether the same attempt may succeed later. */
  readonly retry?: boolean | undefined;
}

/** Every error Millstream throws: a stable code (docs/errors.md explains each), a place, a cause and a hint. */
export class StreamError extends Error {
  readonly code: ErrorCode;
  readonly domain: ErrorDomain;
  readonly retry: boolean;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly operator: string | undefined;
  span: Span | undefined;
  source: string | undefined;

  constructor(domain: ErrorDomain, code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.domain = domain;
    this.code = code;
    this.retry = options.retry ?? false;
    this.detail = options.detail;
    this.hint = options.hint;
    this.span = options.span;
    this.source = options.source;
    this.operator = options.operator;
  }

  /** The one-line title of this error's code. */
  get title(): string {
    return errorCodes[this.code].title;
  }
}

/** The SQL text, an option or a typed pipeline is wrong; nothing has run. */
export class SqlError extends StreamError {
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super('user', code, message, options);
  }
}

/** The request is understood and valid, but this version does not do it. */
export class UnsupportedError extends StreamError {
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super('user', code, message, options);
  }
}

/** A file, broker or peer outside the process failed or is not there. */
export class ConnectorError extends StreamError {
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super('external', code, message, options);
  }
}

/** A record or a value cannot be processed under the policy in force. */
export class DataError extends StreamError {
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super('user', code, message, options);
  }
}

/** State cannot be kept, saved or restored. */
export class StateError extends StreamError {
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super('external', code, message, options);
  }
}

/** A defect of Millstream. */
export class InternalError extends StreamError {
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super('internal', code, message, options);
  }
}
