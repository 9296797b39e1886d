import type { OptionSpec } from '../catalog/option-spec.ts';
import { readOptions } from '../catalog/options.ts';
import type { CheckpointSettings } from '../runtime/checkpoints/checkpoint-settings.ts';
import { accepted } from './accepted-setting.ts';

const PREFIX = 'execution.checkpointing.';
export const SAVEPOINT_DIR = `${PREFIX}savepoint-dir`;
export const START_FROM = 'execution.state-recovery.path';

export const ALLOW_LOST = 'execution.state-recovery.ignore-unclaimed-state';

/** Flink's settings for checkpoints. */
export const checkpointSettingSpecs: readonly OptionSpec[] = [
  {
    name: `${PREFIX}interval`,
    kind: 'duration',
    default: '10 s',
    doc: 'How often a job with a state folder makes a checkpoint. Rows become visible in files and in Kafka with a checkpoint.',
  },
  { name: `${PREFIX}min-pause`, kind: 'duration', default: '0 ms', doc: 'Time between the end of a checkpoint and the begin of the next.' },
  { name: `${PREFIX}timeout`, kind: 'duration', default: '10 min', doc: 'A checkpoint that takes longer is given up.' },
  {
    name: `${PREFIX}tolerable-failed-checkpoints`,
    kind: 'int',
    default: '0',
    doc: 'How many checkpoints in a row may fail before the job fails.',
  },
  {
    name: `${PREFIX}num-retained`,
    kind: 'int',
    default: '2',
    doc: 'How many checkpoints are kept. With two, one stands in for a damaged newest one.',
  },
  {
    name: SAVEPOINT_DIR,
    kind: 'string',
    doc: 'Where STOP JOB makes savepoints; the folder savepoints in the state folder unless it is set.',
  },
  {
    name: START_FROM,
    aliases: ['execution.savepoint.path'],
    kind: 'string',
    doc: 'Path of a savepoint: a job whose state folder has no state yet starts from it. The same as --from.',
  },
  {
    name: ALLOW_LOST,
    aliases: ['execution.savepoint.ignore-unclaimed-state'],
    kind: 'boolean',
    default: 'false',
    doc: 'Whether a changed query may leave state behind that it has no place for. The same as --allow-lost-state.',
  },
  accepted(
    `${PREFIX}mode`,
    ['EXACTLY_ONCE', 'AT_LEAST_ONCE'],
    'Consistency of checkpoints.',
    'checkpoints are exactly-once at no cost in a single worker',
  ),
  accepted(
    'execution.state-recovery.claim-mode',
    ['NO_CLAIM', 'CLAIM', 'LEGACY'],
    'Whose a savepoint is that a job starts from.',
    'a savepoint is yours: no job changes or removes it',
  ),
  accepted(`${PREFIX}dir`, 'string', 'Where checkpoints are kept.', 'they are kept in the state folder: --state, or open({ dir })'),
  accepted(`${PREFIX}max-concurrent-checkpoints`, 'int', 'Checkpoints at a time.', 'there is one at a time'),
  accepted(`${PREFIX}unaligned.enabled`, 'boolean', 'Unaligned checkpoints.', 'a job of one worker has no barriers to align'),
  accepted(`${PREFIX}externalized-checkpoint-retention`, 'string', 'What happens to checkpoints at the end.', 'the last one is kept'),
];

/** How checkpoints are made, out of what has been set. */
export function readCheckpointSettings(get: (key: string) => string | undefined): {
  settings: CheckpointSettings;
  retained: number;
  from: string | undefined;
  allowLostState: boolean;
} {
  const raw = new Map(
    checkpointSettingSpecs.flatMap(({ name, note }) =>
      note === undefined && name.startsWith(PREFIX) ? [[name, get(name) ?? ''] as const] : [],
    ),
  );
  const options = readOptions(checkpointSettingSpecs, raw, { what: 'SET' });
  const number = (name: string): number => options.number(`${PREFIX}${name}`);
  return {
    settings: {
      intervalMs: number('interval'),
      minPauseMs: number('min-pause'),
      timeoutMs: number('timeout'),
      tolerableFailures: number('tolerable-failed-checkpoints'),
    },
    retained: number('num-retained'),
    from: get(START_FROM),
    allowLostState: get(ALLOW_LOST)?.toLowerCase() === 'true',
  };
}
