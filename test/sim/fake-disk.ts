import type { DurableFiles, GrowingFile } from '../../src/common/durable-files.ts';
import type { Life, World } from './world.ts';

interface Inode {
  /** What a reader sees. */
  bytes: Uint8Array;
  /** What is on the disk for sure. */
  safe: Uint8Array;
}

type Names = Map<string, Inode>;
type Change = (names: Names) => void;

const parentOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('/')));

/**
 * A disk with a cache: bytes are safe when their write has ended, names when their folder was synced. A power failure keeps what is safe and,
 * by chance, a beginning of what is not.
 */
export class FakeDisk {
  readonly #world: World;
  #names: Names = new Map();
  #safe: Names = new Map();
  /** Changes of names that are not on the disk, in order, with their folder. */
  #pending: { folder: string; change: Change }[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** The disk as one life of the process sees it. */
  open(life: Life): DurableFiles {
    const world = this.#world;
    return {
      list: async (folder) => {
        await world.delay(life);
        return [...this.#names.keys()].filter((name) => parentOf(name) === folder).map((name) => name.slice(folder.length + 1));
      },
      read: async (name) => {
        await world.delay(life);
        return this.#names.get(name)?.bytes;
      },
      write: (name, parts) => this.#write(name, parts, life),
      create: (name) => this.#create(name, life),
      rename: async (from, to) => {
        await world.delay(life);
        this.#change(from, (names) => {
          const inode = names.get(from);
          if (inode === undefined) return;
          names.delete(from);
          names.set(to, inode);
        });
      },
      remove: async (name) => {
        await world.delay(life);
        this.#change(name, (names) => {
          names.delete(name);
        });
      },
      makeFolder: () => world.delay(life),
      sync: async (folder) => {
        await world.delay(life);
        this.#settle(({ folder: other }) => other === folder);
        await world.delay(life);
      },
    };
  }

  /** What is not safe is lost, or not, as chance has it. */
  losePower(): void {
    const { random } = this.#world;
    let kept = random.below(this.#pending.length + 1);
    if (kept < this.#pending.length) this.#world.count('name lost');
    this.#settle(() => kept-- > 0);
    this.#pending = [];
    for (const inode of this.#safe.values()) {
      if (inode.safe === inode.bytes) continue;
      inode.bytes = inode.bytes.slice(0, random.below(inode.bytes.length + 1));
      inode.safe = inode.bytes;
      this.#world.count('write torn');
    }
    this.#names = new Map(this.#safe);
  }

  async #write(name: string, parts: readonly Uint8Array[], life: Life): Promise<void> {
    const world = this.#world;
    const whole = Uint8Array.from(parts.flatMap((part) => [...part]));
    await world.delay(life);
    const inode: Inode = { bytes: new Uint8Array(0), safe: new Uint8Array(0) };
    this.#change(name, (names) => {
      names.set(name, inode);
    });
    // In two steps, between which the process may die.
    inode.bytes = whole.slice(0, world.random.below(whole.length + 1));
    await world.delay(life);
    if (world.happens('write failed')) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    inode.bytes = whole;
    await world.delay(life);
    inode.safe = whole;
  }

  async #create(name: string, life: Life): Promise<GrowingFile> {
    const world = this.#world;
    await world.delay(life);
    const inode: Inode = { bytes: new Uint8Array(0), safe: new Uint8Array(0) };
    this.#change(name, (names) => {
      names.set(name, inode);
    });
    return {
      append: async (parts) => {
        const whole = Uint8Array.from([inode.bytes, ...parts].flatMap((part) => [...part]));
        const added = whole.length - inode.bytes.length;
        await world.delay(life);
        inode.bytes = whole.slice(0, whole.length - added + world.random.below(added + 1));
        await world.delay(life);
        if (world.happens('write failed')) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        inode.bytes = whole;
      },
      finish: async () => {
        await world.delay(life);
        inode.safe = inode.bytes;
      },
      abandon: () => world.delay(life),
    };
  }

  #change(name: string, change: Change): void {
    change(this.#names);
    this.#pending.push({ folder: parentOf(name), change });
  }

  #settle(isSafe: (pending: { folder: string }) => boolean): void {
    this.#pending = this.#pending.filter((pending) => {
      if (!isSafe(pending)) return true;
      pending.change(this.#safe);
      return false;
    });
  }
}
