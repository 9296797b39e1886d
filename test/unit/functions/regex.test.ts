import { describe, expect, it } from 'vitest';
import { UnsupportedError } from '../../../src/common/errors.ts';
import { compileRegex, firstMatch } from '../../../src/functions/regex/regex.ts';

const find = (pattern: string, text: string): string | undefined => firstMatch(compileRegex(pattern)!, text)?.[0];

describe('patterns in Java syntax', () => {
  it('keeps what both languages share', () => {
    expect(find('a(b|c)+d?', 'xabcbd')).toBe('abcbd');
    expect(find('(?<year>\\d{4})-(?:0[1-9])', 'on 2020-05')).toBe('2020-05');
    expect(find('[^a-z\\d_-]+', 'ab-_9!?z')).toBe('!?');
  });

  it('follows Java where JavaScript means something else', () => {
    expect(find('a$', 'a\n')).toBe('a');
    expect(find('a$', 'a\nb')).toBeUndefined();
    expect(find('a.b', 'a\u0085b')).toBeUndefined();
    expect(find('a.b', 'a😀b')).toBe('a😀b');
    expect(find('\\s', '\u00a0')).toBeUndefined();
    expect(find('\\bllo', 'héllo')).toBeUndefined();
    expect(find('[\\w-.]+', 'a-b.c')).toBe('a-b.c');
    expect(find('[]a]+', 'x]a')).toBe(']a');
    expect(find('\\Qa.b\\E+', 'a.bbb')).toBe('a.bbb');
    expect(find('\\p{Alpha}+', 'éab')).toBe('ab');
    expect(find('(?i)ABC', 'xabc')).toBe('abc');
    expect(find('(?s)a.b', 'a\nb')).toBe('a\nb');
    expect(find('\\x{1F600}', '😀')).toBe('😀');
  });

  it('knows patterns that Java refuses', () => {
    for (const pattern of ['(', ')', '[', 'a{2', '*a', 'a**b**', '\\', '[b-a]', 'a{3,2}', '\\p{', '(?<1a>b)', 'x{', '{x']) {
      const isInvalid = (() => {
        try {
          return compileRegex(pattern) === undefined;
        } catch (error) {
          return error instanceof UnsupportedError;
        }
      })();
      expect([pattern, isInvalid]).toEqual([pattern, true]);
    }
  });

  it.each(['(a+)+b', '(a*)*', '(a|a)*b', '(.*,)*x', '(a|ab)*c', '((a+)b?)+', '(\\w|\\d)+x', '(x*,x*)*y', '((a|a)b)+c', '(x(a|ab)b)*'])(
    'refuses %s, which could take forever',
    (pattern) => {
      expect(() => compileRegex(pattern)).toThrow(UnsupportedError);
    },
  );

  it.each([
    '([a-z]+,)*[a-z]+',
    '(\\w+\\.)+com',
    '(?:foo|bar)+',
    '(a|b|c)*d',
    '(?:.|\\n)*',
    '(\\d{1,3}\\.){3}\\d{1,3}',
    '(ab)+',
    '((?:ab|cd))+',
  ])('runs %s, which can be read in one way only', (pattern) => {
    expect(compileRegex(pattern)).toBeDefined();
  });

  it.each(['a*+', '(?>a)', '\\1(a)', '[a[b]]', '[a&&b]', 'x(?i)y', '\\G', '\\p{javaLowerCase}'])('refuses %s by name', (pattern) => {
    expect(() => compileRegex(pattern)).toThrow(/not supported/);
  });

  it('refuses a group whose text JavaScript would forget, when it is asked for', () => {
    expect(() => compileRegex('(?:(a)|b)*', true)).toThrow(UnsupportedError);
    expect(compileRegex('(?:(a)|b)*')).toBeDefined();
  });

  it('takes no exponential time', () => {
    const text = `${'a'.repeat(2000)},!`;
    expect(find('([a-z]+,)*[a-z]+$', text)).toBeUndefined();
  }, 5000);
});
