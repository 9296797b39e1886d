import { type FSWatcher, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorCode } from '../../../common/error-codes.ts';
import { StateError, StreamError } from '../../../common/errors.ts';
import { messageOf } from '../../../common/message-of.ts';
import { freshUuid } from '../../../common/random.ts';
import { holderOf } from './folder-lock.ts';

const FOLDER = 'requests';
const REQUEST = /^([0-9a-f-]{36})\.json$/;
/** The system tells of new files at once; where it does not, as over a network, they are looked for. */
const LOOK_MS = 1000;
const REPLY_MS = 40;

/** What another process asks of the one that works with a state folder. */
export type FolderRequest =
  | { readonly kind: 'savepoint'; readonly target: string | undefined }
  | { readonly kind: 'stop'; readonly savepoint: boolean; readonly target: string | undefined; readonly drain: boolean };

export interface FolderReply {
  /** Where the savepoint is, if one was asked for. */
  readonly path?: string;
  /** The jobs that it was about. */
  readonly jobs: readonly string[];
}

type Answer =
  | { readonly reply: FolderReply }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint?: string | undefined } };

/**
 * Requests are files in the locked folder, and so are the answers: who may write there may ask, from whichever terminal, user or container,
 * and nothing listens on a port. A file has its name when it is whole.
 */
export class FolderRequests {
  readonly #path: string;
  readonly #handle: (request: FolderRequest) => Promise<FolderReply>;
  readonly #timer: NodeJS.Timeout;
  #watcher: FSWatcher | undefined;
  #work: Promise<void> = Promise.resolve();

  /** Answers what is asked from now on, one request after the other, until close(). The folder is locked by this process. */
  constructor(folder: string, handle: (request: FolderRequest) => Promise<FolderReply>) {
    this.#path = join(folder, FOLDER);
    this.#handle = handle;
    // What is left was for a process that lives no more.
    rmSync(this.#path, { recursive: true, force: true });
    mkdirSync(this.#path, { recursive: true });
    try {
      this.#watcher = watch(this.#path, { persistent: false }, () => this.#look());
      this.#watcher.on('error', () => undefined);
    } catch {
      // Looking will do.
    }
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  /** Resolves when what was asked before is answered. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#watcher?.close();
    this.#look();
    await this.#work;
  }

  #look(): void {
    for (const name of namesIn(this.#path)) {
      const id = REQUEST.exec(name)?.[1];
      const request = id === undefined ? undefined : take(join(this.#path, name));
      if (request !== undefined) this.#work = this.#work.then(() => this.#answer(id!, request));
    }
  }

  async #answer(id: string, request: FolderRequest): Promise<void> {
    const answer = await this.#handle(request).then(
      (reply): Answer => ({ reply }),
      (error: unknown): Answer => ({ error: described(error) }),
    );
    try {
      put(this.#path, `${id}.reply`, answer);
    } catch {
      // Who asked sees that this process does not answer.
    }
  }
}

/**
 * Asks the process that works with a state folder, and waits for its answer; undefined where no process does. Rejects with what it
 * answers, and with StateError MS4022 when it ends without an answer.
 */
export async function askHolder(folder: string, request: FolderRequest): Promise<FolderReply | undefined> {
  const holder = holderOf(folder);
  if (holder === undefined) return undefined;
  const id = freshUuid();
  const path = join(folder, FOLDER);
  try {
    put(path, `${id}.json`, request);
  } catch (cause) {
    throw new StateError('MS4022', `process ${holder.pid} cannot be asked: ${messageOf(cause)}`, { cause });
  }
  for (;;) {
    const isAlive = holderOf(folder)?.id === holder.id;
    const answer = takeAnswer(join(path, `${id}.reply`));
    if (answer !== undefined) return unwrap(answer);
    if (!isAlive) {
      rmSync(join(path, `${id}.json`), { force: true });
      throw new StateError('MS4022', `process ${holder.pid} ended before it answered`, {
        hint: 'the newest checkpoint is in the state folder: ask again for a savepoint of it',
      });
    }
    await sleep(REPLY_MS);
  }
}

function unwrap(answer: Answer): FolderReply {
  if ('reply' in answer) return answer.reply;
  const { code, message, hint } = answer.error;
  throw new StateError(code, message, { hint });
}

function described(error: unknown): { code: ErrorCode; message: string; hint?: string | undefined } {
  if (error instanceof StreamError) return { code: error.code, message: error.message, hint: error.hint };
  return { code: 'MS4020', message: messageOf(error) };
}

function put(folder: string, name: string, value: object): void {
  const part = join(folder, `.${name}.part`);
  writeFileSync(part, JSON.stringify(value));
  renameSync(part, join(folder, name));
}

function take(path: string): FolderRequest | undefined {
  const request = readJson(path) as FolderRequest | undefined;
  rmSync(path, { force: true });
  return request?.kind === 'savepoint' || request?.kind === 'stop' ? request : undefined;
}

function takeAnswer(path: string): Answer | undefined {
  const answer = readJson(path) as Answer | undefined;
  if (answer !== undefined) rmSync(path, { force: true });
  return answer;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
