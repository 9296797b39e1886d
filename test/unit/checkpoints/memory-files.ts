import type { DurableFiles, GrowingFile } from '../../../src/common/durable-files.ts';

/** Files in memory, which tests look at and spoil. */
export class MemoryFiles implements DurableFiles {
  readonly files = new Map<string, Uint8Array>();
  /** What happened, in order. */
  readonly calls: string[] = [];
  /** Names whose writing fails. */
  refuses: (name: string) => boolean = () => false;

  async list(folder: string): Promise<string[]> {
    return [...this.files.keys()].filter((name) => name.startsWith(`${folder}/`)).map((name) => name.slice(folder.length + 1));
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    return this.files.get(name);
  }

  async write(name: string, parts: readonly Uint8Array[]): Promise<void> {
    this.calls.push(`write ${name}`);
    if (this.refuses(name)) throw new Error('no space left on device');
    this.files.set(name, Uint8Array.from(parts.flatMap((part) => [...part])));
  }

  async create(name: string): Promise<GrowingFile> {
    this.calls.push(`create ${name}`);
    this.files.set(name, new Uint8Array(0));
    return {
      append: async (parts) => {
        if (this.refuses(name)) throw new Error('no space left on device');
        const before = this.files.get(name)!;
        const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, before.length));
        whole.set(before);
        let at = before.length;
        for (const part of parts) {
          whole.set(part, at);
          at += part.length;
        }
        this.files.set(name, whole);
      },
      finish: async () => {
        this.calls.push(`finish ${name}`);
      },
      abandon: async () => undefined,
    };
  }

  async rename(from: string, to: string): Promise<void> {
    this.calls.push(`rename ${from} ${to}`);
    this.files.set(to, this.files.get(from)!);
    this.files.delete(from);
  }

  async remove(name: string): Promise<void> {
    this.files.delete(name);
  }

  async makeFolder(): Promise<void> {}

  async sync(folder: string): Promise<void> {
    this.calls.push(`sync ${folder}`);
  }

  /** Changes one byte. */
  spoil(name: string, at: number): void {
    const bytes = this.files.get(name)!.slice();
    bytes[at] = bytes[at]! ^ 1;
    this.files.set(name, bytes);
  }

  cut(name: string, byteSize: number): void {
    this.files.set(name, this.files.get(name)!.slice(0, byteSize));
  }
}
