import { basename } from 'node:path';
import type { Options } from '../../catalog/option-spec.ts';
import { ConnectorError } from '../../common/errors.ts';
import type { SinkContext, SinkWriter } from '../../runtime/sink.ts';
import { FileSink } from './file-sink.ts';
import { openPartitionedSink } from './open-partitioned-sink.ts';
import type { PartFile } from './part-file.ts';
import { pathFromOption } from './path-text.ts';
import {
  commitParts,
  copyHidden,
  cutTo,
  nextPart,
  type PreparedFile,
  type PreparedParts,
  removeFile,
  removeLaterParts,
  takeBack,
} from './prepared-files.ts';
import { replaceFolder } from './replace-files.ts';
import { NEVER_ROLL, rollingPolicyOf } from './rolling-policy.ts';
import {
  hiddenNameOf,
  isEmptyFile,
  kindAt,
  makeFolder,
  namesSingleFile,
  openPart,
  openSingleFile,
  reopenSingleFile,
  uniqueName,
} from './sink-target.ts';

/** Sizes that tests make small. */
export interface FileSinkLimits {
  readonly blockBytes?: number;
  readonly maxRecordBytes?: number;
}

/** The single files that a session's sinks are writing, and have written: two INSERTs must not replace each other's rows. */
export interface SingleFiles {
  readonly open: Set<string>;
  readonly written: Set<string>;
}

/** Makes the writer of a table. Throws SqlError MS3032, ConnectorError MS3036 and MS3037, UnsupportedError MS3035 and MS3037. */
export function openFileSink(context: SinkContext, files: SingleFiles, limits: FileSinkLimits = {}): SinkWriter {
  const path = pathFromOption(context.options.string('path'));
  if (context.partitionedBy !== undefined) return openPartitionedSink(context, path, context.checkpointed ? context.uid : uniqueName());
  return writesFolder(context.options) ? openFolder(context, path, limits) : openSingle(context, path, files, limits);
}

/** Whether a table writes part files into a folder, and not one file. */
export function writesFolder(options: Options): boolean {
  const text = options.string('path');
  return /[/\\]$/.test(text) || !namesSingleFile(pathFromOption(text), options.string('format'));
}

function openFolder(context: SinkContext, folder: string, limits: FileSinkLimits): SinkWriter {
  makeFolder(folder);
  const uid = context.checkpointed ? context.uid : uniqueName();
  const subtask = context.subtask.index;
  return new FileSink(context, {
    ...limits,
    policy: rollingPolicyOf(context.options),
    openPart: (n, now) => openPart(folder, uid, subtask, n, now),
    always: false,
    allAtOnce: context.bounded,
    durable: context.checkpointed ? { subtask, single: false, restore: (prepared) => restoreFolder(folder, context, prepared) } : undefined,
    replace: context.overwrite && (() => replaceFolder(folder, uid, true)),
  });
}

async function restoreFolder(folder: string, { uid, subtask }: SinkContext, prepared: readonly unknown[]): Promise<{ next: number }> {
  const known = prepared as readonly PreparedParts[];
  for (const one of known) await commitParts(one);
  if (subtask.index === 0) await removeLaterParts(folder, uid, known);
  return { next: nextPart(known) };
}

function openSingle(context: SinkContext, path: string, files: SingleFiles, limits: FileSinkLimits): SinkWriter {
  if (files.open.has(path)) {
    throw new ConnectorError('MS3037', `${path} is being written by another INSERT`, {
      hint: `combine the queries by UNION ALL, or let 'path' name a folder`,
    });
  }
  const { checkpointed, subtask } = context;
  // A job that goes on finds what it has written itself.
  const keeps = checkpointed ? false : keepsExisting(context, path, files);
  const uid = checkpointed ? context.uid : uniqueName();
  const open = (keepsContent: boolean, now: number): PartFile => openSingleFile(path, keepsContent, subtask.count, uid, now);
  const sink = new FileSink(context, {
    ...limits,
    policy: NEVER_ROLL,
    openPart: (_, now) => open(keeps, now),
    always: true,
    allAtOnce: true,
    continues: keeps && !isEmptyFile(path),
    durable: checkpointed
      ? {
          subtask: subtask.index,
          single: true,
          restore: (prepared, jobFinished, now) => restoreSingle(path, context, files, prepared, jobFinished, now),
        }
      : undefined,
    onClose: (written) => {
      files.open.delete(path);
      if (written) files.written.add(path);
    },
  });
  files.open.add(path);
  return sink;
}

/** Whether the new file begins with what is there. Throws MS3036 where there must be nothing. */
function keepsExisting({ options, overwrite }: SinkContext, path: string, files: SingleFiles): boolean {
  if (overwrite !== undefined) return false;
  const existing = options.string('sink.existing-file');
  const exists = kindAt(path) === 'file';
  if (exists && existing === 'fail') {
    throw new ConnectorError('MS3036', `${path} exists, and 'sink.existing-file' is 'fail'`, {
      hint: 'remove the file, or write to another',
    });
  }
  return exists && (existing === 'append' || files.written.has(path));
}

/** Another job may still write the file of the savepoint that this one starts from. */
async function goOnWithCopy(path: string, own: string, last: PreparedFile, now: number): Promise<PartFile> {
  await copyHidden(last, own, path);
  return reopenSingleFile(path, own, now);
}

async function restoreSingle(
  path: string,
  context: SinkContext,
  files: SingleFiles,
  prepared: readonly unknown[],
  jobFinished: boolean,
  now: number,
): Promise<{ next: number; part?: PartFile; finished?: boolean }> {
  const last = prepared.at(-1) as PreparedFile | undefined;
  const { uid, subtask } = context;
  if (last === undefined) {
    await removeFile(hiddenNameOf(path, uid));
    if (!keepsExisting(context, path, files) || isEmptyFile(path)) return { next: 0 };
    return { next: 1, part: openSingleFile(path, true, subtask.count, uid, now) };
  }
  if (!basename(last.hiddenPath).includes(uid) && !jobFinished) {
    return { next: 1, part: await goOnWithCopy(path, hiddenNameOf(path, uid), last, now) };
  }
  // A job that had finished has given the file its name, if the hidden one is gone.
  if (!(await cutTo(last)) && jobFinished) return { next: 1, finished: true };
  await takeBack(last, path);
  return { next: 1, part: reopenSingleFile(path, last.hiddenPath, now) };
}
