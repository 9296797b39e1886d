import { SqlError } from '../../common/errors.ts';
import type { Statement } from '../../sql/ast/index.ts';
import type { ExplainDetail } from '../../sql/ast/statements.ts';
import type { ExplainFlags } from '../create-program.ts';
import type { Messages } from '../messages.ts';
import { openProcessSession, type ProcessSession } from '../script/open-session.ts';
import type { Script } from '../script/script.ts';
import { statementLabel } from '../script/statement-label.ts';
import type { CommonOptions } from './common-options.ts';
import { isModule, scriptOf } from './script-of.ts';

const PLANNED: ReadonlySet<Statement['kind']> = new Set(['queryStatement', 'insert', 'statementSet']);

/** `millstream explain`: the plan of each query and INSERT; what they need is created, nothing is run. */
export async function explain(file: string | undefined, options: CommonOptions & ExplainFlags, messages: Messages): Promise<void> {
  if (file !== undefined && isModule(file)) {
    throw new SqlError('MS5001', 'explain takes SQL', { hint: 'in a program, pipeline.explain() gives the plan' });
  }
  const script = await scriptOf(file, options);
  messages.nameSource(script.text, script.name);
  const opened = await openProcessSession(options, messages);
  const statements = opened.session.parse(script.text).map(unwrap);
  const several = statements.filter(isPlanned).length > 1;
  for (const statement of statements) await explainStatement(statement, several, script, options, opened);
  await opened.output.drained();
}

/** EXECUTE statement is the statement. */
const unwrap = (statement: Statement): Statement => (statement.kind === 'execute' ? statement.statement : statement);

const isPlanned = (statement: Statement): boolean => PLANNED.has(statement.kind) || statement.kind === 'explain';

async function explainStatement(
  statement: Statement,
  several: boolean,
  { name, text }: Script,
  flags: ExplainFlags,
  { session, presenter }: ProcessSession,
): Promise<void> {
  if (statement.kind === 'show' || statement.kind === 'describe') return;
  const { span } = statement;
  const details = detailsOf(flags);
  const asked: Statement = PLANNED.has(statement.kind) ? { kind: 'explain', planFor: true, details, statement, span } : statement;
  const result = await session.run(asked, text);
  if (result.kind !== 'text') return;
  const title = several ? `-- ${name}:${span.line}:${span.column} ${statementLabel(statement, text)}\n` : '';
  presenter.text(`${title}${result.text}`);
}

function detailsOf({ changelogMode, codegen }: ExplainFlags): ExplainDetail[] {
  return [...(changelogMode ? (['CHANGELOG_MODE'] as const) : []), ...(codegen ? (['CODEGEN'] as const) : [])];
}
