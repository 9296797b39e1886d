import { SqlError } from '../../common/errors.ts';
import type { SourceContext, SourceReader } from '../../runtime/source.ts';
import { decompressorOf } from './compression.ts';
import { FileSource } from './file-source.ts';
import { hasMagic } from './glob.ts';
import { type FileSelection, listFiles } from './list-files.ts';
import { FilePartitions } from './partition-columns.ts';
import { pathFromOption } from './path-text.ts';

/** Sizes that tests make small. */
export interface FileSourceLimits {
  readonly blockBytes?: number;
  readonly maxRecordBytes?: number;
}

/** Lists the files of a table and makes their reader. Throws SqlError MS3032, UnsupportedError MS3035, ConnectorError MS3030, MS3031. */
export async function openFileSource(context: SourceContext, limits: FileSourceLimits = {}): Promise<SourceReader> {
  const { options } = context;
  const interval = options.get('source.monitor-interval') as number | undefined;
  const selection: FileSelection = {
    path: pathFromOption(options.string('path')),
    pattern: readPattern(options.get('source.path.regex-pattern') as string | undefined),
    watched: interval !== undefined,
  };
  const defaultName = options.string('partition.default-name');
  const folder = hasMagic(selection.path) ? undefined : selection.path;
  const partitions = context.partitions && new FilePartitions(context.partitions, folder, defaultName);
  const list = async () => {
    const all = await listFiles(selection);
    return partitions === undefined ? all : all.filter((file) => partitions.isWanted(file));
  };
  const files = await list();
  // Refuses now, rather than when the file's turn comes, what cannot be decompressed.
  for (const file of files) decompressorOf(file.path);
  return new FileSource(context, files, {
    ...limits,
    list,
    partitions,
    filesInTimeOrder: options.boolean('source.files-in-time-order'),
    monitorIntervalMs: interval,
  });
}

function readPattern(text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(`^(?:${text})$`, 'su');
  } catch (cause) {
    throw new SqlError('MS3032', `'source.path.regex-pattern' is no regular expression: ${(cause as Error).message}`, { cause });
  }
}
