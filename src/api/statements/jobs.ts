import { SqlError } from '../../common/errors.ts';
import { types } from '../../data/types/sql-type.ts';
import type * as sql from '../../sql/ast/index.ts';
import { SAVEPOINT_DIR } from '../checkpoint-settings.ts';
import type { Session } from '../session.ts';
import type { StatementResult } from './statement-result.ts';

/** SHOW JOBS: the jobs that this session started, with the columns that Flink's SQL client prints, and how often they were restarted. Times are UTC. */
export function showJobs(session: Session): StatementResult {
  const texts = ['job id', 'job name', 'status', 'start time'].map((name) => ({ name, type: types.string() }));
  return {
    kind: 'rows',
    schema: { fields: [...texts, { name: 'restarts', type: types.bigint(false) }] },
    rows: session.jobs.all.map(({ id, name, status, startMs, job, restarts }) => {
      const now = job?.isRestarting === true ? 'RESTARTING' : status;
      return [id, name, now, new Date(startMs).toISOString().slice(0, -1), BigInt(job?.restarts ?? restarts)];
    }),
  };
}

/** STOP JOB 'id': cancels the job, or ends it with a savepoint, whose path is the result. Throws MS1101, and MS4020. */
export async function stopJob(session: Session, node: sql.StopJob): Promise<StatementResult> {
  const known = session.jobs.running(node.job.value);
  if (known === undefined) {
    throw new SqlError('MS1101', `no job '${node.job.value}' runs`, {
      span: node.job.span,
      hint: 'SHOW JOBS lists the jobs of this session',
    });
  }
  if (!node.withSavepoint) {
    await known.cancel();
    return { kind: 'done' };
  }
  const path = await known.stopWithSavepoint(session.settings.get(SAVEPOINT_DIR), node.withDrain);
  return { kind: 'rows', schema: { fields: [{ name: 'savepoint path', type: types.string(false) }] }, rows: [[path]] };
}
