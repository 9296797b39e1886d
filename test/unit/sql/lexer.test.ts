import { describe, expect, it } from 'vitest';
import { tokenize } from '../../../src/sql/lexer.ts';

const shown = (text: string): string[] =>
  tokenize(text).map((token) => `${token.type}:${token.code || text.slice(token.start, token.end)}`);

describe('tokenize', () => {
  it('knows keywords in any case and tells reserved words from others', () => {
    expect(shown('select Value view foo')).toEqual(['reserved:SELECT', 'reserved:VALUE', 'keyword:VIEW', 'name:foo', 'end:']);
  });

  it('reads numbers as Flink does', () => {
    const text = '1 1.5 .5 1. 1e3 1.5E-7 1a 1e';
    expect(tokenize(text).map((token) => text.slice(token.start, token.end))).toEqual([
      '1',
      '1.5',
      '.5',
      '1.',
      '1e3',
      '1.5E-7',
      '1',
      'a',
      '1',
      'e',
      '',
    ]);
  });

  it('reads strings with doubled quotes, prefixes and line breaks', () => {
    expect(shown("'it''s'")).toEqual(["string:'it''s'", 'end:']);
    expect(shown("x'0F' U&'a' _utf8'b' n'c' e'd' fx'e'")).toEqual([
      'bytes:X',
      'string:U&',
      'string:_UTF8',
      'string:N',
      'string:E',
      'name:fx',
      "string:'e'",
      'end:',
    ]);
  });

  it('counts lines and columns from 1, inside strings and comments too', () => {
    const tokens = tokenize("a\n  'x\ny' b /* \n */ c -- d\r\n// e\n f");
    expect(tokens.map(({ line, column }) => `${line}:${column}`)).toEqual(['1:1', '2:3', '3:4', '4:5', '6:2', '6:3']);
  });

  it('skips comments but keeps the marks of hints', () => {
    expect(shown('t /* b */ /*+ c */ --d')).toEqual(['name:t', 'symbol:/*+', 'name:c', 'symbol:*/', 'end:']);
  });

  it('takes letters of every alphabet into names', () => {
    expect(shown('élan 名前 _a $b a1')).toEqual(['name:élan', 'name:名前', 'name:_a', 'name:$b', 'name:a1', 'end:']);
  });

  it('turns what it cannot read into tokens and never throws', () => {
    expect(shown("t 'b")).toEqual(['name:t', "invalid:unclosed '", 'end:']);
    expect(shown('`a\nb')).toEqual(['invalid:unclosed `', 'name:b', 'end:']);
    expect(shown('/* a')).toEqual(['invalid:unclosed /*', 'end:']);
    expect(shown('` ``')).toEqual(['invalid:unclosed `', 'end:']);
    expect(shown('``')).toEqual(['invalid:empty name', 'end:']);
    expect(shown('"\u0000\ud800😀')).toEqual(['invalid:character', 'invalid:character', 'invalid:character', 'invalid:character', 'end:']);
  });

  it('takes time in proportion to the length of the text', () => {
    const million = 1_000_000;
    for (const piece of ['`a` ', "'a' ", '/**/ ', '-- a ', '`', "'a\n", 'a ', '1e', '/* ', '\u3000', '`` ']) {
      const start = performance.now();
      tokenize(piece.repeat(million / piece.length));
      expect(performance.now() - start, piece).toBeLessThan(10_000);
    }
  });
});
