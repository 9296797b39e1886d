import { type Clock, systemClock } from '../common/clock.ts';
import { Column } from '../data/column.ts';
import type { LinearMemory } from '../data/memory.ts';
import { StringArena } from '../data/string-arena.ts';
import type { SqlType } from '../data/types/sql-type.ts';
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

  readonly #scratch: Column[] = [];
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

  /** A column for values on their way between generated code and the program's own, as long as this lives. */
  scratch(type: SqlType, capacity = 1): Column {
    const column = new Column(this.memory, type, capacity);
    this.#scratch.push(column);
    return column;
  }

  /** Gives constants, arena and scratch columns back; nothing generated with this context may run afterwards. */
  free(): void {
    this.arena.free();
    this.constants.free();
    for (const column of this.#scratch.splice(0)) column.free();
  }
}
