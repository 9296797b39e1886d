import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowBag } from '../../../src/cli/output/row-bag.ts';
import { RowKind, type RowKindCode } from '../../../src/data/batch.ts';

const { insert, updateBefore, updateAfter, delete: remove } = RowKind;

function bagOf(...changes: readonly (readonly [RowKindCode, string])[]): RowBag {
  const bag = new RowBag();
  for (const [kind, row] of changes) bag.apply(kind, row);
  return bag;
}

describe('the rows of a changelog', () => {
  it('keep the order in which they first came, updates included', () => {
    const bag = bagOf([insert, 'a1'], [insert, 'b1'], [updateBefore, 'a1'], [updateAfter, 'a2'], [insert, 'c1']);
    expect([...bag.rows()]).toEqual(['a2', 'b1', 'c1']);
  });

  it('may be equal', () => {
    const bag = bagOf([insert, 'x'], [insert, 'x'], [insert, 'x'], [remove, 'x']);
    expect([...bag.rows()]).toEqual(['x', 'x']);
    expect(bag.size).toBe(2);
  });

  it('may lose what they do not have', () => {
    expect(bagOf([remove, 'x'], [insert, 'y']).size).toBe(1);
  });

  it('take an update without its old row as a new one', () => {
    expect([...bagOf([insert, 'a'], [updateAfter, 'b']).rows()]).toEqual(['a', 'b']);
  });

  it('are handed out up to a limit', () => {
    expect(bagOf([insert, 'a'], [insert, 'b'], [insert, 'c']).first(2)).toEqual(['a', 'b']);
  });

  it('stay in order when holes are closed', () => {
    const bag = new RowBag();
    for (let i = 0; i < 5000; i++) bag.apply(insert, String(i % 4000));
    for (let i = 0; i < 3990; i++) bag.apply(i % 2 ? updateBefore : remove, String(i));
    bag.apply(updateAfter, 'last');
    expect(bag.size).toBe(1011);
    expect(bag.first(2)).toEqual(['0', '1']);
    expect([...bag.rows()].filter((row) => Number(row) >= 3990)).toEqual(Array.from({ length: 10 }, (_, i) => String(3990 + i)));
  });

  it('are a bag, whatever the changes', () => {
    const change = fc.tuple(fc.constantFrom<RowKindCode>(insert, updateBefore, updateAfter, remove), fc.constantFrom('a', 'b', 'c', 'd'));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const counts = new Map<string, number>();
        for (const [kind, row] of changes) {
          const step = kind === insert || kind === updateAfter ? 1 : -1;
          counts.set(row, Math.max(0, (counts.get(row) ?? 0) + step));
        }
        const expected = [...counts].flatMap(([row, count]) => Array<string>(count).fill(row)).sort();
        const bag = bagOf(...changes);
        expect([...bag.rows()].sort()).toEqual(expected);
        expect(bag.size).toBe(expected.length);
      }),
    );
  });
});
