import { ConnectorError } from '../../common/errors.ts';
import type { SinkContext, SinkWriter } from '../../runtime/sink.ts';
import { FileSink } from './file-sink.ts';
import { pathFromOption } from './path-text.ts';
import { NEVER_ROLL, rollingPolicyOf } from './rolling-policy.ts';
import { isEmptyFile, kindAt, makeFolder, namesSingleFile, openPart, openSingleFile, uniqueName } from './sink-target.ts';

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
  const text = context.options.string('path');
  const path = pathFromOption(text);
  const isFolder = /[/\\]$/.test(text) || !namesSingleFile(path, context.options.string('format'));
  return isFolder ? openFolder(context, path, limits) : openSingle(context, path, files, limits);
}

function openFolder(context: SinkContext, folder: string, limits: FileSinkLimits): SinkWriter {
  makeFolder(folder);
  const uid = uniqueName();
  return new FileSink(context, {
    ...limits,
    policy: rollingPolicyOf(context.options),
    openPart: (n, now) => openPart(folder, uid, context.subtask.index, n, now),
    always: false,
    allAtOnce: context.bounded,
  });
}

function openSingle(context: SinkContext, path: string, files: SingleFiles, limits: FileSinkLimits): SinkWriter {
  const existing = context.options.string('sink.existing-file');
  const exists = kindAt(path) === 'file';
  if (files.open.has(path)) {
    throw new ConnectorError('MS3037', `${path} is being written by another INSERT`, {
      hint: `combine the queries by UNION ALL, or let 'path' name a folder`,
    });
  }
  if (exists && existing === 'fail') {
    throw new ConnectorError('MS3036', `${path} exists, and 'sink.existing-file' is 'fail'`, {
      hint: 'remove the file, or write to another',
    });
  }
  const keeps = exists && (existing === 'append' || files.written.has(path));
  const sink = new FileSink(context, {
    ...limits,
    policy: NEVER_ROLL,
    openPart: (_, now) => openSingleFile(path, keeps, context.subtask.count, now),
    always: true,
    allAtOnce: true,
    continues: keeps && !isEmptyFile(path),
    onClose: (written) => {
      files.open.delete(path);
      if (written) files.written.add(path);
    },
  });
  files.open.add(path);
  return sink;
}
