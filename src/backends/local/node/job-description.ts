import { StateError } from '../../../common/errors.ts';
import type { NodeFiles } from './node-files.ts';

const NAME = 'job.json';
const VERSION = 1;

/** What a state folder says of one of its jobs. */
export interface JobDescription {
  /** A name that the job keeps over restarts, and no other job has. */
  readonly uid: string;
  /** The id of the savepoint that the job was started from. */
  readonly from?: string | undefined;
}

/** Throws StateError MS4003 where a later release wrote it, MS4005 where it is damaged. */
export async function readDescription(files: NodeFiles, job: string): Promise<JobDescription | undefined> {
  const path = `${job}/${NAME}`;
  const bytes = await files.read(path);
  return bytes && parse(bytes, path);
}

/** Makes the job's folder where there is none. */
export async function writeDescription(files: NodeFiles, job: string, { uid, from }: JobDescription): Promise<void> {
  const path = `${job}/${NAME}`;
  await files.makeFolder(job);
  await files.write(`${path}.part`, [new TextEncoder().encode(`${JSON.stringify({ version: VERSION, uid, from })}\n`)]);
  await files.rename(`${path}.part`, path);
  await files.sync(job);
  await files.sync('.');
}

function parse(bytes: Uint8Array, path: string): JobDescription {
  let description: { readonly version?: unknown; readonly uid?: unknown; readonly from?: unknown };
  try {
    description = JSON.parse(new TextDecoder().decode(bytes)) as typeof description;
  } catch (cause) {
    throw new StateError('MS4005', `${path} in the state folder is damaged`, { cause });
  }
  const { version, uid, from } = description;
  if (version !== VERSION) throw new StateError('MS4003', `the state folder has version ${version}, this release reads ${VERSION}`);
  if (typeof uid !== 'string' || !/^[0-9a-f-]{36}$/.test(uid) || !(from === undefined || typeof from === 'string')) {
    throw new StateError('MS4005', `${path} in the state folder is damaged`);
  }
  return { uid, from };
}
