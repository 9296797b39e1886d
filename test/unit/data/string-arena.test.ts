import { describe, expect, it } from 'vitest';
import { StringArena } from '../../../src/data/string-arena.ts';
import { testMemory } from './column-fixture.ts';

const put = (arena: StringArena, value: string | Uint8Array): string => {
  const address = arena.put(value);
  return testMemory.text(address, arena.byteLength);
};

describe('StringArena', () => {
  it('keeps values side by side until it is reset', () => {
    const arena = new StringArena(testMemory);
    const texts = ['', 'short', 'é', 'x'.repeat(1000), '\u{1f600}'.repeat(300)];
    const places = texts.map((text) => [arena.put(text), arena.byteLength] as const);
    expect(places.map(([address, byteLength]) => testMemory.text(address, byteLength))).toEqual(texts);
  });

  it('writes UTF-8, and U+FFFD for half a surrogate pair', () => {
    const arena = new StringArena(testMemory);
    expect(put(arena, 'a\ud800b')).toBe('a\ufffdb');
    expect(put(arena, new Uint8Array([0x68, 0x69]))).toBe('hi');
  });

  it('takes no more memory for the second batch of the same size', () => {
    const arena = new StringArena(testMemory);
    const fill = () => {
      for (let i = 0; i < 2000; i++) arena.put(`${i}`.repeat(40));
    };
    fill();
    arena.reset();
    const { capacity } = arena;
    fill();
    arena.reset();
    expect(arena.capacity).toBe(capacity);
  });

  it('holds a value larger than any chunk before it', () => {
    const arena = new StringArena(testMemory);
    const large = 'y'.repeat(3_000_000);
    expect(put(arena, large)).toHaveLength(3_000_000);
    expect(put(arena, 'after')).toBe('after');
  });

  it('lets the caller write in place', () => {
    const arena = new StringArena(testMemory);
    const address = arena.ensure(3);
    testMemory.u8.set([97, 98, 99], address);
    expect(arena.take(2)).toBe(address);
    expect([testMemory.text(address, 2), arena.put('z') - address]).toEqual(['ab', 2]);
  });

  it('can be used again after it is freed', () => {
    const arena = new StringArena(testMemory);
    arena.put('x');
    arena.free();
    expect(arena.capacity).toBe(0);
    expect(put(arena, 'again')).toBe('again');
  });
});
