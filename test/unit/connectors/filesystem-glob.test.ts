import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesSegment, parseGlobs } from '../../../src/connectors/filesystem/glob.ts';

describe('matching a name', () => {
  it.each([
    ['*', 'anything', true],
    ['*.json', 'a.json', true],
    ['*.json', 'a.json.gz', false],
    ['a*b*c', 'axxbxxbxc', true],
    ['a*b*c', 'acb', false],
    ['?', 'é', true],
    ['?', '😀', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[]]', ']', true],
    ['[a-]', '-', true],
    ['a[b', 'a[b', true],
    ['a.b', 'axb', false],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matchesSegment(name, pattern)).toBe(expected);
  });

  it('agrees with a regular expression', () => {
    const word = (chars: string) => fc.string({ unit: fc.constantFrom(...chars), maxLength: 12 });
    fc.assert(
      fc.property(word('ab*?'), word('ab'), (pattern, name) => {
        const regex = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesSegment(name, pattern)).toBe(regex.test(name));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no time for many stars', () => {
    const start = performance.now();
    expect(matchesSegment('a'.repeat(255), `${'*a'.repeat(60)}*b`)).toBe(false);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('reading a pattern', () => {
  it('parts the folder to begin in from what is matched', () => {
    expect(parseGlobs('/data/x/*.json')).toEqual([{ base: '/data/x', segments: ['*.json'] }]);
    expect(parseGlobs('/*/a')).toEqual([{ base: '/', segments: ['*', 'a'] }]);
  });

  it('makes a pattern of every alternative', () => {
    expect(parseGlobs('/d/{a,b{1,2},}x/*').map(({ base }) => base)).toEqual(['/d/ax', '/d/b1x', '/d/b2x', '/d/x']);
    expect(parseGlobs('/d/{a')).toEqual([{ base: '/d', segments: ['{a'] }]);
  });
});
