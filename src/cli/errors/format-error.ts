import { inspect } from 'node:util';
import type { StreamError } from '../../common/errors.ts';
import { visibleText } from '../terminal/visible-text.ts';
import { type ExcerptOptions, excerpt, gutterOf } from './excerpt.ts';
import { isStreamError } from './is-stream-error.ts';
import { syntaxPlace } from './syntax-place.ts';
import { userFrame } from './user-frame.ts';

export interface FormatOptions extends ExcerptOptions {
  /** What to call the text that an error points into. */
  readonly nameOf: (source: string) => string;
  /** Whether to print the stack trace. */
  readonly debug: boolean;
}

const REPORT = 'this is a defect of Millstream, not of your program: please report it with the statement and the output of --debug';

/**
 * An error as the command line prints it: code and message, the place in the text with carets, details, hint. The stack trace only
 * under --debug. Ends in a line feed.
 */
export function formatError(error: unknown, options: FormatOptions): string {
  const lines = isStreamError(error) ? streamErrorLines(error, options) : foreignErrorLines(error, options);
  if (options.debug) lines.push('', ...inspect(error, { colors: false, depth: 4 }).split('\n').map(visibleText));
  return `${lines.join('\n')}\n`;
}

function streamErrorLines(error: StreamError, options: FormatOptions): string[] {
  const { colours } = options;
  const { span, source } = error;
  const gutter = gutterOf(span);
  const hint = error.hint ?? (error.domain === 'internal' ? REPORT : undefined);
  return [
    `${colours.bold(colours.red('error'))} ${colours.bold(`${error.code}: ${visibleText(error.message)}`)}`,
    ...(span !== undefined && source !== undefined ? excerpt(options.nameOf(source), source, span, options) : []),
    ...property(gutter, colours.cyan('detail'), error.detail),
    ...property(gutter, colours.cyan('operator'), options.debug ? error.operator : undefined),
    ...property(gutter, colours.cyan('at'), userFrame(error)),
    ...property(gutter, colours.cyan('hint'), hint),
  ];
}

/** `   = hint: text`; further lines of the text stand under its first. */
function property(gutter: string, name: string, text: string | undefined): string[] {
  if (text === undefined || text === '') return [];
  const [first, ...rest] = text.trimEnd().split('\n').map(visibleText);
  return [`${gutter} = ${name}: ${first}`, ...rest.map((line) => `${gutter}   ${line}`)];
}

/** An error that Millstream did not make: of a user's program, or a defect. */
function foreignErrorLines(error: unknown, { colours }: FormatOptions): string[] {
  const message =
    error instanceof Error ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}` : `the program threw ${inspect(error)}`;
  const place = syntaxPlace(error);
  const frame = place === undefined ? userFrame(error) : undefined;
  const [first, ...rest] = message.split('\n').map(visibleText);
  return [
    `${colours.bold(colours.red('error'))}: ${first}`,
    ...rest.map((line) => `  ${line}`),
    ...(place ?? []),
    ...(error instanceof SyntaxError && place === undefined && frame === undefined ? ['   = hint: node --check FILE shows the place'] : []),
    ...(frame === undefined ? [] : [`  ${colours.cyan('-->')} ${frame}`]),
  ];
}
