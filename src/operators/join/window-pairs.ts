import { IntVector } from '../../data/batch.ts';
import { BATCH_ROWS } from '../../data/column.ts';
import type { JoinType } from '../../plan/nodes/node.ts';
import type { OperatorContext } from '../operator.ts';
import type { RowList } from '../row-list.ts';
import type { JoinSide } from './join-side.ts';

/**
 * What comes of the pairs of a window, a batch at a time: list() writes the next pairs of rows with equal keys, and choose() takes those that go on. Behind a
 * left row's last pair there is one without a right row where it matters whether it had a partner; right rows without one come when all are paired.
 */
export class WindowPairs {
  readonly lefts: IntVector;
  readonly rights: IntVector;
  /** Numbers of the pairs that have both rows. */
  readonly whole: IntVector;
  readonly outLefts: IntVector;
  readonly outRights: IntVector;
  listed = 0;
  wholeCount = 0;
  /** Rows that go on, in outLefts and outRights; 0 stands for none. */
  count = 0;
  readonly #context: OperatorContext;
  readonly #type: JoinType;
  readonly #sides: readonly [JoinSide, JoinSide];
  readonly #nullOffset: number;
  readonly #hasCondition: boolean;
  #keys: RowList | undefined;
  /** Where listing stands: the key, its rows, and whether what is listed are right rows without a partner. */
  #key = 0;
  #left = 0;
  #right = 0;
  #isBegun = false;
  #isAlone = false;
  #matched = false;

  constructor(context: OperatorContext, type: JoinType, sides: readonly [JoinSide, JoinSide], nullOffset: number, hasCondition: boolean) {
    const { memory } = context.kernels;
    this.#context = context;
    this.#type = type;
    this.#sides = sides;
    this.#nullOffset = nullOffset;
    this.#hasCondition = hasCondition;
    this.lefts = new IntVector(memory);
    this.rights = new IntVector(memory);
    this.whole = new IntVector(memory);
    this.outLefts = new IntVector(memory);
    this.outRights = new IntVector(memory);
  }

  begin(keys: RowList): void {
    this.#keys = keys;
    this.#key = this.#left = this.#right = 0;
    this.#isBegun = this.#isAlone = this.#matched = false;
  }

  get #marksEnds(): boolean {
    return this.#type !== 'inner' && this.#type !== 'right';
  }

  get #isSemi(): boolean {
    return this.#type === 'semi' || this.#type === 'anti';
  }

  /** Whether there were any pairs left. */
  list(): boolean {
    this.listed = this.wholeCount = 0;
    if (!this.#isAlone) this.#listPairs();
    if (this.listed === 0 && !this.#isAlone && this.#sides[1].countsPartners) {
      this.#isAlone = true;
      this.#key = 0;
      this.#isBegun = false;
    }
    if (this.#isAlone) this.#listAlone();
    const [, right] = this.#sides;
    if (!this.#isAlone && right.countsPartners) right.store.touch(this.rights, this.listed);
    return this.listed > 0;
  }

  #listPairs(): void {
    const [left, right] = this.#sides;
    const keys = this.#keys!;
    for (; this.#key < keys.length; this.#key++) {
      const key = keys.at(this.#key);
      if (!this.#isBegun) {
        this.#left = left.firstOf(key);
        this.#right = this.#partnersOf(key);
        this.#isBegun = true;
      }
      while (this.#left !== 0) {
        if (!this.#listPartners(right)) return;
        if (this.#marksEnds && !this.#add(this.#left, 0)) return;
        this.#left = left.nextOf(this.#left);
        this.#right = this.#partnersOf(key);
      }
      this.#isBegun = false;
    }
  }

  /** Pairs the left row in hand with what is left of its partners; false where there is no more room. */
  #listPartners(right: JoinSide): boolean {
    while (this.#right !== 0) {
      if (!this.#add(this.#left, this.#right)) return false;
      // One partner is as good as several where nothing else is asked of it.
      this.#right = this.#isSemi && !this.#hasCondition ? 0 : right.nextOf(this.#right);
    }
    return true;
  }

  /** The first right row of a key; none of one with a NULL. */
  #partnersOf(key: number): number {
    return this.#context.kernels.memory.i32[(key + this.#nullOffset) >>> 2] === 1 ? 0 : this.#sides[1].firstOf(key);
  }

  #listAlone(): void {
    const [, right] = this.#sides;
    const keys = this.#keys!;
    for (; this.#key < keys.length; this.#key++) {
      if (!this.#isBegun) this.#right = right.firstOf(keys.at(this.#key));
      this.#isBegun = true;
      for (; this.#right !== 0; this.#right = right.nextOf(this.#right))
        if (right.partners(this.#right) === 0 && !this.#add(0, this.#right)) return;
      this.#isBegun = false;
    }
  }

  #add(left: number, right: number): boolean {
    const n = this.listed;
    if (n === BATCH_ROWS) return false;
    this.lefts.view[n] = left;
    this.rights.view[n] = right;
    if (left !== 0 && right !== 0) this.whole.view[this.wholeCount++] = n;
    this.listed = n + 1;
    return true;
  }

  /** Chooses what goes on; `passes` says by number whether a pair meets the condition, where there is one. */
  choose(passes: Uint8Array | undefined): void {
    const [lefts, rights] = [this.lefts.view, this.rights.view];
    const [, right] = this.#sides;
    this.count = 0;
    for (let n = 0; n < this.listed; n++) {
      const [l, r] = [lefts[n]!, rights[n]!];
      if (l === 0) this.#take(0, r);
      else if (r === 0) this.#endRow(l);
      else if (passes === undefined || passes[n] === 1) {
        this.#matched = true;
        if (right.countsPartners) right.setPartners(r, 1);
        if (!this.#isSemi) this.#take(l, r);
      }
    }
  }

  /** After a left row's last pair. */
  #endRow(left: number): void {
    if (this.#matched === (this.#type === 'semi')) this.#take(left, 0);
    this.#matched = false;
  }

  #take(left: number, right: number): void {
    this.outLefts.view[this.count] = left;
    this.outRights.view[this.count++] = right;
  }

  close(): void {
    for (const vector of [this.lefts, this.rights, this.whole, this.outLefts, this.outRights]) vector.free();
  }
}
