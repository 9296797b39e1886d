import { createServer, type Server, type Socket } from 'node:net';
import * as library from '@platformatic/kafka';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/common/clock.ts';
import { AnswerFrames } from '../../../../src/connectors/kafka/client/answer-frames.ts';
import type { KafkaLibrary } from '../../../../src/connectors/kafka/client/library.ts';
import { MemoryBlocks } from '../../../../src/connectors/kafka/client/memory-blocks.ts';
import { AccessRefused, WireError } from '../../../../src/connectors/kafka/client/protocol-errors.ts';
import { WireSocket } from '../../../../src/connectors/kafka/client/wire-socket.ts';
import { type Kernels, loadKernels } from '../../../../src/kernels/kernels.ts';

const wire = library as unknown as KafkaLibrary;
const API = 1;

/** An answer as it goes over the wire: size, number of the request, no tags, bytes. */
function answer(correlationId: number, bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(9);
  header.writeInt32BE(5 + bytes.length, 0);
  header.writeInt32BE(correlationId, 4);
  return Buffer.concat([header, bytes]);
}

const bytesOf = (length: number, seed: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 255);

describe('answers of a connection', () => {
  it('are told apart, in whatever pieces they come', () => {
    const sent = [bytesOf(0, 1), bytesOf(1, 2), bytesOf(300, 3), bytesOf(5, 4)];
    const size = (length: number): Buffer => Buffer.from([0, 0, length >> 8, length & 255]);
    const stream = Buffer.concat(sent.flatMap((bytes) => [size(bytes.length), bytes]));
    for (const step of [1, 2, 3, 5, 64, stream.length]) {
      const found: Buffer[] = [];
      const frames = new AnswerFrames(() => {
        const pieces: Buffer[] = [];
        return { put: (bytes) => void pieces.push(Buffer.from(bytes)), end: () => void found.push(Buffer.concat(pieces)) };
      });
      for (let at = 0; at < stream.length; at += step) frames.take(stream.subarray(at, at + step));
      expect(found.map((each) => [...each])).toEqual(sent.map((each) => [...each]));
    }
  });
});

describe('a connection to a broker', () => {
  let kernels: Kernels;
  let server: Server | undefined;
  const sockets: WireSocket[] = [];
  beforeAll(async () => {
    kernels = await loadKernels();
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close();
    server?.close();
    server = undefined;
  });

  const listen = async (onConnection: (peer: Socket) => void): Promise<number> => {
    server = createServer((peer) => {
      peer.on('error', () => undefined);
      onConnection(peer);
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    return (server.address() as { port: number }).port;
  };
  const connect = async (port: number, tls?: object, requestTimeoutMs = 2000): Promise<{ socket: WireSocket; ended: Promise<void> }> => {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const options = { clientId: 'test', tls, connectTimeoutMs: 2000, requestTimeoutMs };
    const socket = new WireSocket(wire, systemClock, options, () => end());
    sockets.push(socket);
    await socket.connect({ host: '127.0.0.1', port });
    return { socket, ended };
  };
  const ask = (socket: WireSocket, text = 'q'): Promise<string> =>
    new Promise((resolve, reject) => {
      const payload = () => wire.Writer.create().appendString(text);
      const parse = (_: number, _key: number, _version: number, reader: { readString(): string }) => reader.readString();
      socket.send(API, 1, payload, parse, true, true, (error, text) => (error ? reject(error) : resolve(text)));
    });
  const textAnswer = (id: number, text: string): Buffer => answer(id, Buffer.concat([Buffer.from([text.length + 1]), Buffer.from(text)]));

  it('gives each answer to its request, to the library or in linear memory', async () => {
    const large = bytesOf(300_000, 9);
    const port = await listen((peer) => {
      peer.once('data', () => {
        const all = Buffer.concat([textAnswer(1, 'one'), answer(2, large), textAnswer(3, 'three')]);
        for (let at = 0; at < all.length; at += 100_001) peer.write(all.subarray(at, at + 100_001));
      });
    });
    const { socket } = await connect(port);
    const blocks = new MemoryBlocks(kernels.memory);
    const first = ask(socket);
    const second = socket.sendForBlock(API, 1, wire.Writer.create().appendString('q'), blocks);
    const third = ask(socket, 'x'.repeat(100_000));
    expect(await Promise.all([first, third])).toEqual(['one', 'three']);
    const { address, byteSize, block } = await second;
    expect(Buffer.compare(kernels.memory.u8.subarray(address, address + byteSize), large)).toBe(0);
    block.release();
    blocks.close();
  });

  it('fails all that wait when the broker closes it, amid an answer too', async () => {
    const port = await listen((peer) => {
      peer.once('data', () => peer.end(answer(1, bytesOf(100, 0)).subarray(0, 50)));
    });
    const { socket, ended } = await connect(port);
    const blocks = new MemoryBlocks(kernels.memory);
    const asked = [socket.sendForBlock(API, 1, wire.Writer.create(), blocks), ask(socket)];
    for (const each of asked) await expect(each).rejects.toBeInstanceOf(WireError);
    await ended;
    await expect(ask(socket)).rejects.toThrow('closed');
    blocks.close();
  });

  it('is given up when an answer does not come, is of another request, or is none', async () => {
    const answers: (Buffer | undefined)[] = [
      undefined,
      textAnswer(7, 'other'),
      Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
      Buffer.alloc(8),
    ];
    const port = await listen((peer) => {
      const bytes = answers.shift();
      peer.once('data', () => bytes && peer.write(bytes));
    });
    for (let i = 0; i < 4; i++) {
      const { socket } = await connect(port, undefined, 300);
      await expect(ask(socket)).rejects.toBeInstanceOf(WireError);
    }
  });

  it('that is refused, or does not answer, is an error that may pass; one that does not speak TLS is not', async () => {
    const closed = await listen(() => undefined);
    await new Promise((resolve) => server!.close(resolve));
    await expect(connect(closed)).rejects.toMatchObject({ message: expect.stringContaining('ECONNREFUSED') });
    await expect(connect(closed)).rejects.toBeInstanceOf(WireError);
    const port = await listen((peer) => peer.write('not TLS at all, but long enough for a header'));
    await expect(connect(port, {})).rejects.toBeInstanceOf(AccessRefused);
  });
});
