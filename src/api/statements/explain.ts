import { explainPromises } from '../../backends/local/delivery.ts';
import { explainCalcs } from '../../backends/local/explain-codegen.ts';
import { wantsUpdateBefore } from '../../backends/local/sink-needs.ts';
import { QueryBinder } from '../../binder/query-binder.ts';
import { UnsupportedError } from '../../common/errors.ts';
import { explainPlan, explainState } from '../../plan/explain.ts';
import { sink } from '../../plan/make.ts';
import type { Plan } from '../../plan/nodes/node.ts';
import { needUpdateBefore } from '../../plan/update-before.ts';
import type * as sql from '../../sql/ast/index.ts';
import { stateTtlSetting } from '../memory-setting.ts';
import type { Session } from '../session.ts';
import { planInserts } from './run-statement.ts';
import type { StatementResult } from './statement-result.ts';

/** EXPLAIN: the optimized plan; CHANGELOG_MODE adds what each node sends, CODEGEN the generated loops. */
export function explainStatement(session: Session, node: sql.ExplainStatement, _source: string): StatementResult {
  const plan = planOf(session, node.statement);
  return { kind: 'text', text: explainText(session, plan, node.details) };
}

/** What EXPLAIN says of a plan that has just been made. */
export function explainText(session: Session, plan: Plan, details: readonly sql.ExplainDetail[]): string {
  const changelogMode = details.includes('CHANGELOG_MODE');
  const updateBefore = needUpdateBefore(plan, (node) => wantsUpdateBefore(node, (name) => session.descriptors.connectors.get(name)));
  const parts = [
    `== Optimized Plan ==\n${explainPlan(plan, { changelogMode, updateBefore, stateTtlMs: stateTtlSetting(session.settings) })}`,
  ];
  if (changelogMode) {
    const state = explainState(plan);
    if (state !== '') parts.push(`== State ==\n${state}`);
  }
  const promises = explainPromises(plan, session.descriptors, session.options.state !== undefined);
  if (promises !== undefined) parts.push(`== Delivery ==\n${promises}`);
  if (details.includes('CODEGEN')) parts.push(`== Generated Code ==\n${explainCalcs(plan, session.kernels, session.settings.timeZone)}`);
  if (details.includes('PLAN_ADVICE')) {
    parts.push(`== Optimizer Passes ==\n${session.passTimings.map(({ name, ms }) => `${name}: ${ms.toFixed(2)} ms`).join('\n')}\n`);
  }
  return parts.join('\n');
}

function planOf(session: Session, statement: sql.Statement): Plan {
  switch (statement.kind) {
    case 'queryStatement': {
      const { node } = new QueryBinder(session.binderContext).bindQuery(statement.query);
      return session.optimize({ sinks: [sink(node, undefined)] });
    }
    case 'insert':
      return planInserts(session, [statement]);
    case 'statementSet':
      return planInserts(session, statement.inserts);
    default:
      throw new UnsupportedError('MS1402', 'EXPLAIN takes a query, an INSERT or a statement set', { span: statement.span });
  }
}
