import { type Clock, systemClock } from '../common/clock.ts';
import type { LinearMemory } from '../data/memory.ts';
import { StringArena } from '../data/string-arena.ts';
import type { Kernels } from '../kernels/kernels.ts';

/** What generated code of one operator works with: kernels, memory, an arena for the strings it makes, the session's zone. */
export class CodegenContext {
  readonly kernels: Kernels;
  readonly memory: LinearMemory;
  readonly arena: StringArena;
  /** Constants live as long as the operator. */
  readonly constants: StringArena;
  readonly timeZone: string;
  /** `<query>/<operator>`, the name of what is generated. */
  readonly name: string;

  /** What NOW and its kin read. */
  readonly clock: Clock;

  constructor(kernels: Kernels, timeZone: string, name: string, clock: Clock = systemClock) {
    this.kernels = kernels;
    this.memory = kernels.memory;
    this.arena = new StringArena(kernels.memory);
    this.constants = new StringArena(kernels.memory);
    this.timeZone = timeZone;
    this.name = name;
    this.clock = clock;
  }

  /** Gives constants and arena back; nothing generated with this context may run afterwards. */
  free(): void {
    this.arena.free();
    this.constants.free();
  }
}
