import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/common/random.ts';
import { Ring } from '../../../src/runtime/exchange/ring.ts';

const SEED = 20261123;

describe('a ring', () => {
  it('hands over messages in order, whatever their lengths, and refuses what does not fit', () => {
    const writer = Ring.create(1024);
    const reader = new Ring(writer.buffer);
    const random = seededRandom(SEED);
    const sent: string[] = [];
    const received: string[] = [];
    let refused = 0;
    for (let i = 0; sent.length < 5000; i++) {
      if (random.below(2) === 0) {
        const bytes = Uint8Array.from({ length: random.below(writer.longestBytes / 2) }, () => random.below(256));
        const more = Uint8Array.from({ length: random.below(20) }, () => random.below(256));
        if (writer.write(i, bytes, more)) sent.push(`${i} ${[...bytes, ...more]}`);
        else refused++;
      } else {
        const message = reader.read();
        if (message !== undefined) received.push(`${message.kind} ${[...message.bytes]}`);
      }
    }
    for (let message = reader.read(); message !== undefined; message = reader.read())
      received.push(`${message.kind} ${[...message.bytes]}`);
    expect(received).toEqual(sent);
    expect(refused).toBeGreaterThan(100);
  });

  it('keeps a message in place until it is released', () => {
    const writer = Ring.create(64);
    const reader = new Ring(writer.buffer);
    expect(writer.write(1, new Uint8Array(24).fill(1))).toBe(true);
    expect(writer.write(2, new Uint8Array(24).fill(2))).toBe(true);
    const first = reader.read()!;
    expect(writer.write(3, new Uint8Array(24).fill(3))).toBe(false);
    expect([...first.bytes]).toEqual(new Array(24).fill(1));
    reader.release();
    expect(writer.write(3, new Uint8Array(24).fill(3))).toBe(true);
    expect([reader.read()?.kind, reader.read()?.kind, reader.read()]).toEqual([2, 3, undefined]);
  });

  it('takes the longest message wherever it begins', () => {
    const writer = Ring.create(256);
    const reader = new Ring(writer.buffer);
    for (let i = 0; i < 100; i++) {
      expect(writer.write(i, new Uint8Array(i % 7))).toBe(true);
      expect(reader.read()?.bytes.length).toBe(i % 7);
      reader.release();
      expect(writer.write(i, new Uint8Array(writer.longestBytes))).toBe(true);
      expect(reader.read()?.bytes.length).toBe(writer.longestBytes);
      reader.release();
    }
    expect(() => writer.write(0, new Uint8Array(writer.longestBytes + 1))).toThrow();
  });

  it('goes on where its counters wrap around', () => {
    const made = Ring.create(64);
    new Int32Array(made.buffer, 0, 2).fill(-8);
    const [writer, reader] = [new Ring(made.buffer), new Ring(made.buffer)];
    for (let i = 0; i < 40; i++) {
      expect(writer.write(i, Uint8Array.of(i))).toBe(true);
      expect(reader.read()).toMatchObject({ kind: i, bytes: Uint8Array.of(i) });
    }
  });

  it('wakes the side that sleeps', async () => {
    const writer = Ring.create(64);
    const reader = new Ring(writer.buffer);
    const woken = reader.readable();
    writer.write(1, new Uint8Array(24));
    await woken;
    writer.write(2, new Uint8Array(24));
    expect(writer.write(3, new Uint8Array(24))).toBe(false);
    const room = writer.writable();
    reader.read();
    reader.release();
    await room;
    expect(writer.write(3, new Uint8Array(24))).toBe(true);
    await reader.readable();
  });

  it('knows that half of it was read since the refusal, before anybody sleeps', async () => {
    const writer = Ring.create(128);
    const reader = new Ring(writer.buffer);
    for (let i = 0; i < 3; i++) expect(writer.write(i, new Uint8Array(32))).toBe(true);
    expect(writer.write(3, new Uint8Array(32))).toBe(false);
    for (let i = 0; i < 2; i++) reader.read();
    reader.release();
    await writer.writable();
    expect(writer.write(3, new Uint8Array(32))).toBe(true);
  });

  it('wakes all who wait on one side, and those who come later', async () => {
    const writer = Ring.create(1024);
    const reader = new Ring(writer.buffer);
    for (let round = 0; round < 20; round++) {
      const waits = [reader.readable(), reader.readable()];
      writer.write(round, new Uint8Array(0));
      await waits[0];
      expect(reader.read()?.kind).toBe(round);
      // What resumes of the first waits must not take the flag of this one.
      const later = reader.readable();
      await waits[1];
      await new Promise((resolve) => setImmediate(resolve));
      writer.write(round, new Uint8Array(0));
      await later;
      await reader.readable();
      expect(reader.read()?.kind).toBe(round);
    }
  });
});
