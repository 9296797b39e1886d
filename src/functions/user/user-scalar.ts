import { SqlError, UnsupportedError } from '../../common/errors.ts';
import { isAssignable } from '../../data/types/assignable.ts';
import { printType } from '../../data/types/print-type.ts';
import { type SqlType, withNullable } from '../../data/types/sql-type.ts';
import type { Argument, ScalarFunction, Signature } from '../scalar-function.ts';
import type { UserScalar } from './user-function.ts';

/** A scalar function of the program as the binder and the code generator know functions. `program` is whether no other thread has it. */
export function userScalar(name: string, declared: UserScalar, program: boolean): ScalarFunction {
  const { returns, vectorized, nulls, awaited } = declared;
  const isAwaited = awaited !== undefined;
  const foreign = { name, ...declared };
  return {
    name,
    family: 'user',
    signatures: [signatureOf(name, declared.args, returns, nulls)],
    nulls: nulls === 'skip' ? 'propagate' : 'own',
    nullable: returns.nullable,
    bareNull: true,
    // A call that waits is neither folded nor moved; whether two may be one is in its declaration.
    deterministic: declared.deterministic && !isAwaited,
    ...(isAwaited && { awaited: declared }),
    program,
    emit: (e, args, type) => {
      if (isAwaited) throw cannotWait(name);
      return e.foreign(foreign, args, type);
    },
    ...(vectorized && { batch: (e, args, out, rows) => e.foreignBatch(foreign, args, out, rows) }),
    flink: null,
    doc: 'A function of the program.',
    examples: [],
  };
}

const cannotWait = (name: string): UnsupportedError =>
  new UnsupportedError('MS1402', `the asynchronous function ${name} cannot be called here`, {
    hint: 'it stands in SELECT, WHERE, GROUP BY and arguments of aggregates; elsewhere compute it in a sub-query, and use its column',
  });

/** Arguments are cast to the declared types where Flink casts implicitly. */
export function signatureOf(name: string, args: readonly SqlType[], returns: SqlType, nulls: 'call' | 'skip'): Signature {
  return {
    text: `(${args.map((type) => printType(withNullable(type, true))).join(', ')})`,
    resolve(given) {
      if (given.length !== args.length || given.some(({ type }, i) => !isAssignable(type, args[i]!))) return undefined;
      if (nulls === 'call') requireValues(name, args, given);
      return { args, returns };
    },
  };
}

/** Throws MS1213 where an argument that is declared NOT NULL may be NULL. */
function requireValues(name: string, args: readonly SqlType[], given: readonly Argument[]): void {
  const at = args.findIndex(({ nullable }, i) => !nullable && given[i]!.type.nullable);
  if (at === -1) return;
  throw new SqlError('MS1213', `argument ${at + 1} of ${name} may be NULL, and the function takes none there`, {
    hint: "declare it without notNull(), or the function with nulls: 'skip', or write COALESCE(x, ...)",
  });
}
