import { describe, expect, it } from 'vitest';
import { formatError } from '../../../src/cli/errors/format-error.ts';
import { createColours } from '../../../src/cli/terminal/colours.ts';
import { ConnectorError, InternalError, type Span, SqlError } from '../../../src/common/errors.ts';

const options = { colours: createColours(false), widthMax: 200, debug: false, nameOf: () => 'job.sql' };

/** The span of the first `text` in `source`. */
function spanOf(source: string, text: string): Span {
  const start = source.indexOf(text);
  const before = source.slice(0, start).split('\n');
  return { start, end: start + text.length, line: before.length, column: before.at(-1)!.length + 1 };
}

function print(source: string, marked: string, extra: Partial<typeof options> = {}): string {
  const span =
    marked === '' ? { start: source.length, end: source.length, line: source.split('\n').length, column: 1 } : spanOf(source, marked);
  return formatError(new SqlError('MS1001', 'this is wrong', { span, source, hint: 'do it right' }), { ...options, ...extra });
}

describe('an error with a place', () => {
  it('shows the line, with carets under the place', () => {
    expect(print('SELECT a,\n  b FROM t', 'FROM')).toBe(
      ['error MS1001: this is wrong', '  --> job.sql:2:5', '   |', ' 2 |   b FROM t', '   |     ^^^^', '   = hint: do it right', ''].join(
        '\n',
      ),
    );
  });

  it('makes room for long line numbers', () => {
    expect(print(`${'\n'.repeat(119)}oops`, 'oops')).toBe(
      ['error MS1001: this is wrong', '    --> job.sql:120:1', '     |', ' 120 | oops', '     | ^^^^', '     = hint: do it right', ''].join(
        '\n',
      ),
    );
  });

  it.each([
    ['Windows line ends', 'a b\r\nc', 'b', ' 1 | a b', '   |   ^'],
    ['tabs', '\ta\tb', 'b', ' 1 |     a    b', '   |          ^'],
    ['wide characters', "'日本' b", 'b', " 1 | '日本' b", '   |        ^'],
    ['wide marked characters', "a '日本'", "'日本'", " 1 | a '日本'", '   |   ^^^^^^'],
    ['marks that combine', "'e\u0301' b", 'b', " 1 | 'e\u0301' b", '   |     ^'],
    ['orders to the terminal', '\x1b[2J b', 'b', ' 1 | \\x1b[2J b', '   |         ^'],
    ['a place over several lines', 'a (b\n c) d', '(b\n c)', ' 1 | a (b', '   |   ^^'],
    ['the end of the text', 'a b', '', ' 1 | a b', '   |    ^'],
  ])('shows %s', (_, source, marked, line, carets) => {
    expect(print(source, marked).split('\n').slice(3, 5)).toEqual([line, carets]);
  });

  it('shows an empty last line', () => {
    expect(print('a\n', '').split('\n').slice(3, 5)).toEqual([' 2 |', '   | ^']);
  });

  it.each([
    ['at its start', 'FROM'],
    ['amid it', '+ 150 '],
    ['at its end', '+ 399'],
  ])('shows the part of a long line around a place %s', (_, marked) => {
    const source = `SELECT 0 FROM ${Array.from({ length: 400 }, (_, i) => `+ ${i}`).join(' ')}`;
    const [line, carets] = print(source, marked, { widthMax: 60 }).split('\n').slice(3, 5) as [string, string];
    expect(line.length).toBeLessThanOrEqual(60);
    expect(line).toContain('…');
    expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe(marked);
  });
});

describe('an error', () => {
  it('without a place has its details and its hint', () => {
    const error = new ConnectorError('MS3030', 'there is no file x', { detail: 'first\nsecond', hint: 'make it' });
    expect(formatError(error, options)).toBe('error MS3030: there is no file x\n   = detail: first\n     second\n   = hint: make it\n');
  });

  it('gives no orders to the terminal', () => {
    expect(formatError(new ConnectorError('MS3030', 'no \x1b[31mfile\nhere'), options)).toBe('error MS3030: no \\x1b[31mfile\\nhere\n');
  });

  it('that is a defect asks for a report', () => {
    expect(formatError(new InternalError('MS9001', 'oops'), options)).toMatch(/^error MS9001: oops\n {3}= hint: .*please report it/);
  });

  it('of a copy of the package counts as one of ours', () => {
    const copy = Object.assign(new Error('elsewhere'), { name: 'SqlError', code: 'MS1001', domain: 'user', hint: 'h' });
    expect(formatError(copy, options)).toBe('error MS1001: elsewhere\n   = hint: h\n');
  });

  it('of a program has its message, and its place where there is one', () => {
    const error = new TypeError('x is not a function');
    error.stack = `TypeError: x\n    at f (file://${process.cwd()}/job.ts:3:7)\n    at node:internal/x:1:1`;
    expect(formatError(error, options)).toBe('error: TypeError: x is not a function\n  --> job.ts:3:7\n');
  });

  it('in the grammar of a module shows the line', () => {
    const error = new SyntaxError('Unexpected token');
    error.stack = `file://${process.cwd()}/job.mjs:12\nconst a = 1;\nconst b = ;\n          ^\n\nSyntaxError: Unexpected token\n    at x`;
    expect(formatError(error, options)).toBe(
      'error: SyntaxError: Unexpected token\n   --> job.mjs:12\n    |\n 12 | const b = ;\n    |           ^\n',
    );
  });

  it.each([undefined, null, 'text', { a: 1 }])('may be anything: %j', (thrown) => {
    expect(formatError(thrown, options)).toMatch(/^error: the program threw /);
  });

  it('has its stack trace under debug only', () => {
    expect(formatError(new SqlError('MS1001', 'x'), options)).not.toContain('    at ');
    expect(formatError(new SqlError('MS1001', 'x'), { ...options, debug: true })).toContain('    at ');
  });

  it('is painted where colours are wanted', () => {
    expect(formatError(new SqlError('MS1001', 'x'), { ...options, colours: createColours(true) })).toContain('\x1b[31merror\x1b[39m');
  });
});
