import type { Millstream } from './millstream.ts';
import type { SessionOptions } from './session.ts';

export interface OpenOptions extends Omit<SessionOptions, 'connectors'> {
  /** What SET would set: `{ 'table.local-time-zone': 'UTC' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Opens an engine in this process: tables, views and settings of its own, and all jobs it starts. The engine is loaded here and not
 * when the package is imported. Throws MS1301 and MS1303 for settings.
 */
export async function open(options: OpenOptions = {}): Promise<Millstream> {
  const { Millstream: Opened } = await import('./millstream.ts');
  return Opened.open(options);
}
