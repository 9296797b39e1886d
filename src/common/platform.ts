/** What differs from platform to platform, reached without imports of any one of them (invariant 9). */

type Immediate = (callback: () => void) => unknown;

const setImmediateOf = (globalThis as { setImmediate?: Immediate }).setImmediate;

/** Lets timers, I/O and other tasks of the host run once, and comes back as soon as they have. */
export function yieldToHost(): Promise<void> {
  if (setImmediateOf !== undefined) return new Promise((resolve) => void setImmediateOf(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

interface HostOutput {
  readonly stdout?: { write(text: string): unknown };
}

/** Writes text where the host's output goes: standard output, or the console of a host without one. */
export function printText(text: string): void {
  const output = (globalThis as { process?: HostOutput }).process?.stdout;
  if (output !== undefined) output.write(text);
  else console.log(text.replace(/\n$/, ''));
}

interface HostBytes {
  readonly Buffer?: { from(text: string, encoding: 'base64'): Uint8Array<ArrayBuffer> };
}

/** The bytes of a base64 text. Where the host has no function for it, a loop does it, which takes milliseconds for 100 KB while it is not compiled. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const host = globalThis as HostBytes;
  if (host.Buffer !== undefined) return host.Buffer.from(text, 'base64');
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

const IMPORT = Symbol.for('millstream.import');
const importer = globalThis as { [IMPORT]?: (name: string) => Promise<unknown> };

/** Loads a package that is there only where somebody wants it. */
export function importModule(name: string): Promise<unknown> {
  return importer[IMPORT]?.(name) ?? import(name);
}

/** A script, as against a module, cannot import without a warning: who loads it lends it its own import. */
export function lendImport(load: (name: string) => Promise<unknown>): void {
  importer[IMPORT] = load;
}
