import type { ClientSettings } from './client-settings.ts';
import { ProtocolError, rootMessage } from './protocol-errors.ts';

/** What passes sooner is not worth a word. */
const TOLD_AFTER_MS = 2000;

/** Says once that a cluster does not answer, and once that it does again, whichever requests wait for it. */
export class Outage {
  readonly #settings: Pick<ClientSettings, 'bootstrap' | 'retryTimeoutMs'>;
  readonly #tell: ((text: string) => void) | undefined;
  #isTold = false;

  constructor(settings: Pick<ClientSettings, 'bootstrap' | 'retryTimeoutMs'>, tell: ((text: string) => void) | undefined) {
    this.#settings = settings;
    this.#tell = tell;
  }

  /** An attempt has failed for something that has been tried for `ms`. */
  goesOn(ms: number, cause: unknown): void {
    const { bootstrap, retryTimeoutMs } = this.#settings;
    if (this.#isTold || ms < Math.min(TOLD_AFTER_MS, retryTimeoutMs / 2)) return;
    this.#isTold = true;
    const servers = bootstrap.map(({ host, port }) => `${host}:${port}`).join(', ');
    this.#tell?.(
      `the cluster of ${servers} ${cause instanceof ProtocolError ? 'is not ready' : 'does not answer'} (${rootMessage(cause)}); it is tried for up to ${retryTimeoutMs / 1000} s`,
    );
  }

  isOver(): void {
    if (this.#isTold) this.#tell?.('the cluster answers again');
    this.#isTold = false;
  }
}

/** Names the table in what is told of it. */
export function noteOf({ tableName, onNote }: { readonly tableName: string; readonly onNote?: ((text: string) => void) | undefined }) {
  return (text: string): void => onNote?.(`table ${tableName}: ${text}`);
}
