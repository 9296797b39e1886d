import type { Cell } from '../data/cell.ts';
import type { CellWriter } from '../data/cell-writer.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import { cellOf, makeCell } from './cells.ts';
import { code } from './code.ts';
import { type Definition, define } from './plain-function.ts';
import type { ScalarFunction } from './scalar-function.ts';

interface CellDefinition extends Omit<Definition, 'emit' | 'family'> {
  /**
   * Makes what computes the calls at one place, from the types of its arguments and the writer of its result: it writes the result as row 0, which was
   * begun, and returns false for NULL. Cells that are NULL come only where `nulls` is 'own'. What makes NULL says `nullable`.
   */
  readonly compute: (args: readonly SqlType[], out: CellWriter) => (...cells: readonly Cell[]) => boolean;
}

/** A function of values in columns whose result is one, too: no JavaScript object is made of a value. */
export function cellFunction({ compute, ...definition }: CellDefinition): ScalarFunction {
  return define({
    ...definition,
    family: 'collection',
    nested: true,
    emit(e, args, returns) {
      const hint = definition.name.toLowerCase();
      const cells = args.map((arg) => cellOf(e, arg));
      const { writer, code: made } = makeCell(e, hint, returns);
      const run = compute(
        args.map(({ type }) => type),
        writer,
      );
      const call = (...given: readonly Cell[]): boolean => {
        writer.begin();
        return run(...given);
      };
      const isMade = e.bind(`${hint}_made`, `${e.helper(hint, call)}(${cells.join(', ')})`);
      return definition.nullable === undefined || definition.nullable === false ? made : { ...made, isNull: `!${isMade}` };
    },
  });
}

interface ValueDefinition extends Omit<Definition, 'emit' | 'family'> {
  /** As with cellFunction, but what is computed is a number or a boolean as generated code has it, or null for NULL. */
  readonly compute: (args: readonly SqlType[]) => (...cells: readonly Cell[]) => number | boolean | null;
}

/** A function of values in columns whose result is an INT or a BOOLEAN. */
export function cellTest({ compute, ...definition }: ValueDefinition): ScalarFunction {
  return define({
    ...definition,
    family: 'collection',
    nested: true,
    emit(e, args, returns) {
      const hint = definition.name.toLowerCase();
      const cells = args.map((arg) => cellOf(e, arg));
      const run = compute(args.map(({ type }) => type));
      const result = e.bind(hint, `${e.helper(`${hint}_of`, run)}(${cells.join(', ')})`);
      if (definition.nullable === undefined || definition.nullable === false) return code(returns, result);
      const zero = returns.root === 'BOOLEAN' ? 'false' : '0';
      return code(returns, `(${result} ?? ${zero})`, `(${result} === null)`);
    },
  });
}
