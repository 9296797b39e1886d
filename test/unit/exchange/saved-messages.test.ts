import { describe, expect, it } from 'vitest';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import { ChannelReader } from '../../../src/runtime/exchange/channel-reader.ts';
import { MESSAGE } from '../../../src/runtime/exchange/message-kind.ts';
import { Ring } from '../../../src/runtime/exchange/ring.ts';
import { readMessages, writeMessages } from '../../../src/runtime/exchange/saved-messages.ts';

const time = 1_767_225_617_299n;
const saved = [
  { kind: MESSAGE.idle, bytes: Uint8Array.of(1, 0, 0, 0) },
  { kind: MESSAGE.watermark, bytes: new Uint8Array(new BigInt64Array([time]).buffer) },
];

describe('messages of a checkpoint', () => {
  it('are what they were when they come from a file', async () => {
    // As Node reads files: part of a larger buffer, whose slices are views.
    const read = Buffer.concat([Buffer.from('before!!'), writeMessages(saved)]).subarray(8);
    const messages = readMessages(read);
    expect(messages.map(({ kind, bytes }) => ({ kind, bytes: [...bytes] }))).toEqual(
      saved.map(({ kind, bytes }) => ({ kind, bytes: [...bytes] })),
    );
    read.fill(0);
    const reader = new ChannelReader(Ring.create(1024), await loadKernels(), [], () => undefined);
    reader.restore(messages);
    expect(reader.poll()).toEqual({ kind: 'idle', isIdle: true });
    expect(reader.poll()).toEqual({ kind: 'watermark', time });
    expect(reader.poll()).toBe('nothing');
  });

  it('may be views themselves', async () => {
    const reader = new ChannelReader(Ring.create(1024), await loadKernels(), [], () => undefined);
    const bytes = Buffer.concat([Buffer.alloc(3), saved[1]!.bytes]).subarray(3);
    reader.restore([{ kind: MESSAGE.watermark, bytes }]);
    expect(reader.poll()).toEqual({ kind: 'watermark', time });
  });
});
