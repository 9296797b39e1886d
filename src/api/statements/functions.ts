import { simpleName } from '../../binder/query-binder.ts';
import { SqlError, type StreamError, UnsupportedError } from '../../common/errors.ts';
import { didYouMean } from '../../common/nearest.ts';
import type * as sql from '../../sql/ast/index.ts';
import type { Session } from '../session.ts';
import { createFromModule, requireLoader } from '../user-modules.ts';
import type { StatementResult } from './statement-result.ts';

const DONE: StatementResult = { kind: 'done' };

/** CREATE FUNCTION name AS './file.ts#export'. Throws MS1107, MS1254, MS1255, and MS1402 for what only Flink runs. */
export async function createFunction(session: Session, node: sql.CreateFunction): Promise<StatementResult> {
  const { language, implementation, scope, resources, options, span } = node;
  const name = simpleName(node.name);
  const { user } = session.functions;
  if (node.mode === 'CREATE' && user.get(name) !== undefined) {
    if (node.ifNotExists) return DONE;
    throw new SqlError('MS1107', `there is already a function ${name}`, {
      span: node.name.span,
      hint: 'write CREATE ... IF NOT EXISTS, or DROP it first',
    });
  }
  if (resources.length > 0)
    throw new UnsupportedError('MS1402', 'USING of a function is not supported: modules are loaded by their path', { span });
  if (options !== undefined) throw new UnsupportedError('MS1402', 'WITH options of a function are not supported', { span });
  await define(session, { name, scope, implementation, language });
  if (scope !== 'TEMPORARY SYSTEM' && session.functions.isBuiltIn(name)) {
    session.options.onNote?.(
      `${name} is a built-in function, too, and that one is called: CREATE TEMPORARY SYSTEM FUNCTION goes before it`,
    );
  }
  return DONE;
}

interface Definition {
  readonly name: string;
  readonly scope: sql.FunctionScope;
  readonly implementation: sql.StringLiteral;
  readonly language: sql.FunctionLanguage | undefined;
}

async function define(session: Session, { name, scope, implementation, language }: Definition): Promise<void> {
  const { span } = implementation;
  if (language !== undefined && language !== 'TYPESCRIPT' && language !== 'JAVASCRIPT') {
    throw new UnsupportedError('MS1402', `functions in ${language} cannot run here`, {
      span,
      hint: 'write it in TypeScript or JavaScript',
    });
  }
  const { path, exportName } = targetOf(implementation);
  try {
    const loader = await requireLoader(session);
    const url = loader.moduleUrl(path, session.options.moduleBase);
    await createFromModule(session, { name, scope, module: { url, exportName } });
  } catch (error) {
    (error as StreamError).span ??= span;
    throw error;
  }
}

/** `./udf.ts#name`; without a name the default export counts. */
function targetOf({ value, span }: sql.StringLiteral): { readonly path: string; readonly exportName: string } {
  const at = value.lastIndexOf('#');
  const path = at === -1 ? value : value.slice(0, at);
  const exportName = at === -1 ? 'default' : value.slice(at + 1);
  if (/\.[cm]?[jt]s$/.test(path) && exportName !== '') return { path, exportName };
  throw new SqlError('MS1255', `'${value}' names no module and export`, { span, hint: "write AS './udf.ts#name'" });
}

/** DROP FUNCTION. Throws MS1106 where the program has no such function. */
export function dropFunction(session: Session, node: sql.DropStatement): StatementResult {
  const name = simpleName(node.name);
  requireFunction(session, node.name, node.ifExists);
  session.functions.user.delete(name);
  return DONE;
}

/** ALTER FUNCTION name AS './file.ts#export'. */
export async function alterFunction(session: Session, node: sql.AlterStatement): Promise<StatementResult> {
  const { action } = node;
  if (action.kind !== 'setFunction') {
    throw new UnsupportedError('MS1402', 'this form of ALTER FUNCTION is not supported yet', { span: node.span });
  }
  const known = requireFunction(session, node.name, node.ifExists);
  if (known === undefined) return DONE;
  await define(session, { name: known.name, scope: known.scope, implementation: action.implementation, language: action.language });
  return DONE;
}

function requireFunction(session: Session, name: sql.QualifiedName, mayBeMissing: boolean) {
  const { user } = session.functions;
  const known = user.get(simpleName(name));
  if (known !== undefined || mayBeMissing) return known;
  const isBuiltIn = session.functions.isBuiltIn(simpleName(name));
  throw new SqlError('MS1106', `the program has no function ${simpleName(name)}`, {
    span: name.span,
    hint: isBuiltIn ? 'a built-in function stays' : didYouMean(simpleName(name).toUpperCase(), user.names()),
  });
}
