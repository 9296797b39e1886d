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

  constructor(kernels: Kernels, timeZone: string, name: string) {
    this.kernels = kernels;
    this.memory = kernels.memory;
    this.arena = new StringArena(kernels.memory);
    this.constants = new StringArena(kernels.memory);
    this.timeZone = timeZone;
    this.name = name;
  }

  /** Gives constants and arena back; nothing generated with this context may run afterwards. */
  free(): void {
    this.arena.free();
    this.constants.free();
  }
}
