/** A name, for a place of SQL text where a table or column stands. */
export class SqlName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A table's or column's name in a template: ``ms.query`SELECT * FROM ${sqlName(table)}` ``. */
export const sqlName = (text: string): SqlName => new SqlName(text);
