import { connect as connectPlainly, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../../common/clock.ts';
import { StreamError } from '../../../common/errors.ts';
import { AnswerFrames } from './answer-frames.ts';
import type { Endpoint } from './client-settings.ts';
import type { KafkaLibrary, ParseAnswer, WireConnection, WireWriter } from './library.ts';
import type { MemoryBlocks } from './memory-blocks.ts';
import { asWireError, WireError } from './protocol-errors.ts';
import { type Answer, BlockRequest, LibraryRequest, type PendingRequest } from './wire-request.ts';

/** Bytes that one read takes: they stay in the processor's cache until they are where they belong. */
const READ_BYTES = 128 * 1024;
/** Requests above it are written in their pieces, not copied to one. */
const COPIED_BYTES_MAX = 16 * 1024;

export interface WireOptions {
  readonly clientId: string;
  /** What tls.connect takes; undefined for a plain connection. */
  readonly tls: object | undefined;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

/**
 * A connection to a broker. The system reads into one buffer that is used again and again, from which bytes go at once to where they belong:
 * an answer with records to linear memory. Requests and answers of other kinds are the library's. A broker answers requests in
 * their order, so that what comes first is for the oldest.
 */
export class WireSocket implements WireConnection {
  readonly #library: KafkaLibrary;
  readonly #clock: Clock;
  readonly #options: WireOptions;
  readonly #onEnd: () => void;
  readonly #ended = new AbortController();
  readonly #pending: PendingRequest[] = [];
  readonly #frames = new AnswerFrames((byteSize) => this.#answering(byteSize));
  #socket: Socket | undefined;
  #correlationId = 0;
  #isWatching = false;

  /** `onEnd` is called once, when nothing more can be sent or comes. */
  constructor(library: KafkaLibrary, clock: Clock, options: WireOptions, onEnd: () => void) {
    this.#library = library;
    this.#clock = clock;
    this.#options = options;
    this.#onEnd = onEnd;
  }

  /** Aborted when the connection has ended, with the error as its reason. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Rejects with a WireError, or AccessRefused. */
  connect({ host, port }: Endpoint): Promise<void> {
    const { tls, connectTimeoutMs } = this.#options;
    const onread = { buffer: new Uint8Array(READ_BYTES), callback: (count: number, bytes: Uint8Array) => this.#take(bytes, count) };
    const target = { host, port, onread };
    const socket = tls === undefined ? connectPlainly(target) : connectTls({ servername: nameOf(host), ...tls, ...target });
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('error', (cause) => this.#end(asWireError(`the connection to ${host}:${port} failed`, cause)));
    socket.on('close', () => this.#end(new WireError(`the broker ${host}:${port} closed the connection`)));
    return new Promise((resolve, reject) => {
      const opened = new AbortController();
      socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
        opened.abort();
        resolve();
      });
      this.ended.addEventListener('abort', () => {
        opened.abort();
        reject(this.ended.reason);
      });
      void this.#clock.sleep(connectTimeoutMs, opened.signal).then(() => {
        if (!opened.signal.aborted) this.#end(new WireError(`${host}:${port} did not answer within ${connectTimeoutMs} ms`));
      });
    });
  }

  send<T>(
    apiKey: number,
    version: number,
    createPayload: () => WireWriter,
    parse: ParseAnswer<T>,
    requestTags: boolean,
    responseTags: boolean,
    callback: (error: Error | null, answer: T) => void,
  ): void {
    let payload: WireWriter;
    try {
      payload = createPayload();
    } catch (error) {
      callback(error as Error, undefined as never);
      return;
    }
    const hasAnswer = payload.context['noResponse'] !== true;
    const request = new LibraryRequest(this.#library, { apiKey, version, parse, hasTags: responseTags, callback });
    this.#request(apiKey, version, payload, requestTags, hasAnswer ? request : undefined);
    if (!hasAnswer) callback(null, undefined as never);
  }

  /** Sends a request whose answer is to lie in linear memory. Rejects with a WireError. */
  sendForBlock(apiKey: number, version: number, payload: WireWriter, blocks: MemoryBlocks): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#request(apiKey, version, payload, true, new BlockRequest(blocks, resolve, reject));
    });
  }

  close(): void {
    this.#end(new WireError('the connection is closed'));
  }

  #request(apiKey: number, version: number, payload: WireWriter, hasTags: boolean, request: PendingRequest | undefined): void {
    const socket = this.#socket;
    if (socket === undefined || this.#ended.signal.aborted) {
      request?.fail(new WireError('the connection is closed'));
      return;
    }
    this.#correlationId = (this.#correlationId + 1) & 0x7fffffff;
    const correlationId = this.#correlationId;
    const header = requestHeader({ apiKey, version, correlationId, clientId: this.#options.clientId, hasTags }, payload.length);
    if (request !== undefined) {
      request.begin(correlationId, this.#clock.monotonic() + this.#options.requestTimeoutMs);
      this.#pending.push(request);
      void this.#watch();
    }
    if (payload.length <= COPIED_BYTES_MAX) {
      socket.write(Buffer.concat([header, ...payload.buffers]));
      return;
    }
    socket.cork();
    socket.write(header);
    for (const piece of payload.buffers) socket.write(piece);
    socket.uncork();
  }

  #take(bytes: Uint8Array, count: number): boolean {
    try {
      this.#frames.take(bytes.subarray(0, count));
    } catch (error) {
      this.#end(error instanceof StreamError ? error : asWireError('what the broker sent cannot be read', error));
    }
    return true;
  }

  /** The oldest request stays pending until its answer is whole: it may take its time to come. */
  #answering(byteSize: number): PendingRequest {
    const request = this.#pending[0];
    if (request === undefined) throw new WireError('an answer came that nobody waits for');
    request.expect(byteSize, () => {
      this.#pending.shift();
    });
    return request;
  }

  /** Gives the connection up when the oldest request has waited for too long. */
  async #watch(): Promise<void> {
    if (this.#isWatching) return;
    this.#isWatching = true;
    for (let [oldest] = this.#pending; oldest !== undefined; [oldest] = this.#pending) {
      const leftMs = oldest.deadline - this.#clock.monotonic();
      if (leftMs <= 0) this.#end(new WireError(`a request was not answered within ${this.#options.requestTimeoutMs} ms`));
      else await this.#clock.sleep(leftMs, this.#ended.signal);
    }
    this.#isWatching = false;
  }

  #end(error: Error): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(error);
    this.#socket?.destroy();
    for (const request of this.#pending.splice(0)) request.fail(error);
    this.#onEnd();
  }
}

interface RequestHeader {
  readonly apiKey: number;
  readonly version: number;
  readonly correlationId: number;
  readonly clientId: string;
  readonly hasTags: boolean;
}

/** Size, API, version, number, client, and no tagged fields. */
function requestHeader({ apiKey, version, correlationId, clientId, hasTags }: RequestHeader, payloadSize: number): Buffer {
  const client = Buffer.from(clientId);
  const header = Buffer.alloc(14 + client.length + Number(hasTags));
  header.writeInt32BE(header.length - 4 + payloadSize, 0);
  header.writeInt16BE(apiKey, 4);
  header.writeInt16BE(version, 6);
  header.writeInt32BE(correlationId, 8);
  header.writeInt16BE(client.length, 12);
  header.set(client, 14);
  return header;
}

/** TLS names hosts, not addresses. */
const nameOf = (host: string): string => (/^[\d.]+$|:/.test(host) ? '' : host);
