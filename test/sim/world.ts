import { VirtualClock } from '../../src/common/clock.ts';
import { type Random, seededRandom } from '../../src/common/random.ts';

/** What can go wrong, and how often it did. */
export type FaultKind =
  | 'process killed'
  | 'power lost'
  | 'write failed'
  | 'write torn'
  | 'name lost'
  | 'request lost'
  | 'reply lost'
  | 'transaction aborted';

/** One life of the process: what it has begun has no effect any more once it is dead. */
export interface Life {
  alive: boolean;
}

/** Everything around a job that chance decides: time, delays, faults. The same seed gives the same world. */
export class World {
  readonly clock = new VirtualClock(Date.UTC(2026, 0, 1));
  readonly random: Random;
  readonly faults = new Map<FaultKind, number>();
  /** What happened, for comparing two runs of one seed. */
  readonly trace: string[] = [];
  /** Faults per thousand operations; 0 for an undisturbed run. */
  readonly faultRate: number;

  constructor(seed: number, faultRate: number) {
    this.random = seededRandom(seed);
    this.faultRate = faultRate;
  }

  note(text: string): void {
    this.trace.push(`${this.clock.now()} ${text}`);
  }

  count(kind: FaultKind): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
    this.note(kind);
  }

  /** Whether a fault of this kind happens now. */
  happens(kind: FaultKind): boolean {
    if (this.random.below(1000) >= this.faultRate) return false;
    this.count(kind);
    return true;
  }

  /** Some time passes, mostly little. Never resolves for a process that has died meanwhile. */
  async delay(life: Life): Promise<void> {
    const ms = this.random.below(10) === 0 ? this.random.below(300) : this.random.below(8);
    await this.clock.sleep(ms);
    if (!life.alive) await new Promise<never>(() => undefined);
  }
}
