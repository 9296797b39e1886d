import type { Session } from '../../api/session.ts';
import type { StatementResult } from '../../api/statements/statement-result.ts';
import type { LocalJob } from '../../backends/local/job.ts';
import { StateError } from '../../common/errors.ts';
import type { Statement } from '../../sql/ast/index.ts';
import type { Messages } from '../messages.ts';
import type { Presenter } from '../output/result-view.ts';
import type { JobGroup } from './job-group.ts';
import { statementLabel } from './statement-label.ts';

/** Follows the jobs that have no result of their own to show. */
export interface JobObserver {
  /** The returned function is called when the job has ended, well or not. */
  follow(job: LocalJob, label: string): () => void;
}

export interface ScriptContext {
  readonly session: Session;
  readonly presenter: Presenter;
  readonly messages: Messages;
  readonly jobs: JobGroup;
  readonly observer: JobObserver;
  /** Whether the next statement waits for an INSERT over unbounded input, too. */
  readonly foreground: boolean;
  /** INSERTs are not run: it is said what would become of their state. */
  readonly checksOnly?: boolean;
  /** Called when a statement that has nothing to show has been carried out. */
  readonly onDone?: () => void;
}

type Insert = Extract<StatementResult, { kind: 'insert' }>;
type Query = Extract<StatementResult, { kind: 'query' }>;

/**
 * Runs statements one after the other. A query and a bounded INSERT end before the next statement starts; an unbounded INSERT runs on.
 * Throws what refuses a statement, and JobFailure when any job of the group fails.
 */
export async function runStatements(statements: readonly Statement[], source: string, context: ScriptContext): Promise<void> {
  for (const [i, statement] of statements.entries()) {
    if (context.jobs.draining) return;
    const result = await context.session.run(statement, source);
    if (result.kind === 'rows') context.presenter.rows(result.schema, result.rows);
    else if (result.kind === 'text') context.presenter.text(result.text);
    else if (result.kind === 'done') context.onDone?.();
    else if (result.kind === 'insert' && context.checksOnly) await checkInsert(result, statementLabel(statement, source), context);
    else if (result.kind === 'query' && context.checksOnly) continue;
    else if (result.kind === 'insert') await runInsert(result, statementLabel(statement, source), context);
    else if (result.kind === 'query') {
      if (!result.bounded && i + 1 < statements.length) noteWaiting(statements.length - i - 1, context.messages);
      await runQuery(result, context);
    }
  }
}

/** Throws StateError MS4008 where the INSERT would be refused. */
async function checkInsert({ plan }: Insert, label: string, { session, presenter }: ScriptContext): Promise<void> {
  const { text, loses } = await session.previewStart(plan);
  presenter.text(`${label}: ${text}`);
  if (loses) throw new StateError('MS4008', 'with this query, state would be lost', { hint: '--allow-lost-state lets it go' });
}

async function runInsert({ plan, bounded }: Insert, label: string, context: ScriptContext): Promise<void> {
  const { session, jobs, observer, messages, foreground } = context;
  const job = await session.start(plan);
  const ended = observer.follow(job, label);
  void job.done.then(ended, ended);
  jobs.add(job, () => noteLateRows(job, messages));
  if (bounded || foreground) await jobs.finished(job);
}

async function runQuery(query: Query, { session, presenter, messages, jobs }: ScriptContext): Promise<void> {
  const view = presenter.query(query);
  try {
    const job = await session.start(query.plan, view);
    jobs.add(job, () => undefined);
    view.started?.(job);
    await jobs.finished(job);
    await view.finish();
    noteLateRows(job, messages);
  } catch (error) {
    // The rows of what still runs must find the view open.
    await jobs.cancel();
    throw error;
  } finally {
    view.close();
  }
}

/** Nothing is lost quietly. */
function noteLateRows(job: LocalJob, messages: Messages): void {
  const late = job.operators().reduce((sum, { lateRows }) => sum + lateRows, 0);
  if (late > 0)
    messages.note(
      late === 1 ? '1 late row was dropped: its window had been closed' : `${late} late rows were dropped: their windows had been closed`,
    );
}

function noteWaiting(count: number, messages: Messages): void {
  messages.note(
    `the query reads unbounded input: ${count === 1 ? 'the statement' : `the ${count} statements`} behind it will not start before it ends`,
  );
}
