import { type Span, SqlError } from '../../common/errors.ts';
import type { Expression } from '../../plan/expressions/expression.ts';
import { rewrite } from '../../plan/expressions/visit.ts';
import type { Identifier } from '../../sql/ast/index.ts';

/** The columns of the query around a query, as the inner one sees them. */
export class OuterScope {
  /** How deep the query around stands: 0 for the outermost. */
  readonly level: number;
  readonly #resolve: (parts: readonly Identifier[], span: Span) => Expression;

  /** `resolve` binds a name in the query around, which may look further out itself. */
  constructor(level: number, resolve: (parts: readonly Identifier[], span: Span) => Expression) {
    this.level = level;
    this.#resolve = resolve;
  }

  /** What a name means outside; undefined where it means nothing. Throws MS1104 (ambiguous), MS1105 (no such field) and MS1211 (not grouped). */
  resolve(parts: readonly Identifier[], span: Span): Expression | undefined {
    const bound = this.#bound(parts, span);
    return (
      bound &&
      rewrite(bound, (one) => {
        if (one.kind !== 'column') return one;
        const { index, name, type } = one;
        return { kind: 'outer', level: this.level, index, name, type, span };
      })
    );
  }

  #bound(parts: readonly Identifier[], span: Span): Expression | undefined {
    try {
      return this.#resolve(parts, span);
    } catch (error) {
      if (error instanceof SqlError && error.code === 'MS1103') return undefined;
      throw error;
    }
  }
}
