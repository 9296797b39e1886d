import { RowKind, type RowKindCode } from '../../data/batch.ts';

/** Holes in the list of rows are closed when there are this many, and as many as rows. */
const HOLES_MIN = 1024;

/**
 * The rows that a changelog comes to: a bag of texts, in the order in which they first came. The new row of an update takes the place
 * of the old one, so that a group stays where it is.
 */
export class RowBag {
  #rows: (string | undefined)[] = [];
  /** Where the rows of a text are: one place, or several. */
  readonly #places = new Map<string, number | number[]>();
  /** The place that the old row of an update has just left. */
  #vacant = -1;
  size = 0;

  apply(kind: RowKindCode, row: string): void {
    if (kind === RowKind.insert || kind === RowKind.updateAfter) return this.#add(kind === RowKind.updateAfter, row);
    this.#vacant = -1;
    const place = this.#take(row);
    if (place < 0) return;
    this.#rows[place] = undefined;
    this.size--;
    if (kind === RowKind.updateBefore) this.#vacant = place;
    const holes = this.#rows.length - this.size;
    if (holes > HOLES_MIN && holes > this.size) this.#close();
  }

  /** The first rows, at most `limit`. */
  first(limit: number): string[] {
    const rows: string[] = [];
    for (const row of this.rows()) {
      if (rows.length >= limit) break;
      rows.push(row);
    }
    return rows;
  }

  *rows(): Generator<string> {
    for (const row of this.#rows) if (row !== undefined) yield row;
  }

  #add(update: boolean, row: string): void {
    let place = this.#rows.length;
    if (update && this.#vacant >= 0) place = this.#vacant;
    this.#vacant = -1;
    this.#rows[place] = row;
    this.size++;
    const others = this.#places.get(row);
    if (others === undefined) this.#places.set(row, place);
    else if (typeof others === 'number') this.#places.set(row, [others, place]);
    else others.push(place);
  }

  /** Takes away one place of a row, the latest; -1 when there is none. */
  #take(row: string): number {
    const places = this.#places.get(row);
    if (places === undefined) return -1;
    if (typeof places !== 'number') {
      const place = places.pop()!;
      if (places.length === 1) this.#places.set(row, places[0]!);
      return place;
    }
    this.#places.delete(row);
    return places;
  }

  #close(): void {
    const moved = this.#rows.flatMap((row, place) => (row === undefined && place !== this.#vacant ? [] : [{ row, place }]));
    const places = new Map(moved.map(({ place }, i) => [place, i]));
    this.#rows = moved.map(({ row }) => row);
    if (this.#vacant >= 0) this.#vacant = places.get(this.#vacant)!;
    for (const [row, old] of this.#places)
      this.#places.set(row, typeof old === 'number' ? places.get(old)! : old.map((place) => places.get(place)!));
  }
}
