import { crc32 } from '../../common/crc32.ts';
import { StateError } from '../../common/errors.ts';
import { damagedState } from '../../state/damaged-state.ts';
import { checkPage, PAGE_HEADER, readPage, type SavedPart } from '../../state/saved-pages.ts';
import type { CapturedGroup, CapturedOperator } from './captured.ts';
import type { Checkpoint, CheckpointHead, CheckpointSubtask } from './checkpoint.ts';
import { readIndex } from './page-files.ts';
import { type OpenFile, PageReader } from './page-reader.ts';
import type { StateFile, WrittenOperator, WrittenPages, WrittenState } from './written-state.ts';

/**
 * A checkpoint is a manifest and the files of state that it names, which are on the disk before it is written. The manifest is a line of
 * JSON, a line feed, and the CRC-32 of the JSON in eight hexadecimal digits. docs/design/checkpoints.md
 */
interface Manifest extends CheckpointHead {
  readonly format: string;
  readonly version: number;
  readonly states: readonly WrittenState[];
}

/** Raised when the form of the manifest or of the files of state changes. */
const VERSION = 2;
const FORMAT = 'millstream-checkpoint';
const CRC_DIGITS = 8;

/** The manifest of a checkpoint whose subtasks wrote `states`. */
export function writeManifest(head: CheckpointHead, states: readonly WrittenState[]): Uint8Array {
  const manifest: Manifest = { format: FORMAT, version: VERSION, ...head, states };
  const line = new TextEncoder().encode(JSON.stringify(manifest));
  const end = new TextEncoder().encode(`\n${hex(crc32(line))}\n`);
  const whole = new Uint8Array(line.length + end.length);
  whole.set(line);
  whole.set(end, line.length);
  return whole;
}

const hex = (crc: number): string => crc.toString(16).padStart(CRC_DIGITS, '0');

type ReadFile = (name: string) => Promise<Uint8Array | undefined>;

/**
 * Reads a checkpoint back; `readFile` fetches a file of state. With `openFile` tables are read when operators ask for them, and checked then.
 * Throws StateError MS4005 where bytes are missing or altered, MS4003 for another version.
 */
export async function readCheckpoint(manifest: Uint8Array, readFile: ReadFile, openFile?: OpenFile): Promise<Checkpoint> {
  const { format: _, version, states, subtasks, ...rest } = parseManifest(manifest);
  if (version !== VERSION) {
    throw new StateError('MS4003', `the checkpoint has version ${version}, this release reads version ${VERSION}`, {
      hint: 'go on with the release that wrote it',
    });
  }
  const read: CheckpointSubtask[] = [];
  for (const head of subtasks) {
    const state = states.find(({ subtask }) => subtask === head.subtask);
    if (state === undefined) throw damagedState(`the manifest has no state of subtask ${head.subtask}`);
    read.push({ ...head, operators: await readState(state, readFile, openFile) });
  }
  return { ...rest, ...(openFile && { isPartial: true }), subtasks: read };
}

async function readState(
  { files, pages, operators }: WrittenState,
  readFile: ReadFile,
  openFile: OpenFile | undefined,
): Promise<CapturedOperator[]> {
  const bytes: Uint8Array[] = [];
  for (const file of files) bytes.push(checkedFile(file, await fileOf(file, readFile)));
  if (openFile !== undefined && pages !== undefined) {
    const reader = new PageReader(pages, openFile);
    return operators.map((operator) => ({ ...readOperator(operator, bytes, new Map()), readTables: tablesFrom(reader, operator) }));
  }
  const tables = pages === undefined ? new Map<number, SavedPart[]>() : await readPages(pages, readFile);
  return operators.map((operator) => readOperator(operator, bytes, tables));
}

async function fileOf(file: StateFile, readFile: ReadFile): Promise<Uint8Array> {
  const bytes = await readFile(file.name);
  if (bytes === undefined) throw damagedState(`${file.name} is missing`);
  if (bytes.length !== file.byteSize) throw damagedState(`${file.name} has ${bytes.length} of ${file.byteSize} bytes`);
  return bytes;
}

function checkedFile(file: StateFile, bytes: Uint8Array): Uint8Array {
  if (crc32(bytes) !== file.crc32) throw damagedState(`${file.name} is altered`);
  return bytes;
}

const tablesFrom =
  (reader: PageReader, { tables }: WrittenOperator): NonNullable<CapturedOperator['readTables']> =>
  (name, take) => {
    for (const table of tables) if (table.name === name) reader.read(table.number, take);
  };

/** The parts of each table, by its number. */
async function readPages({ files, index }: WrittenPages, readFile: ReadFile): Promise<Map<number, SavedPart[]>> {
  const bytes: Uint8Array[] = [];
  let next = files[0] && fileOf(files[0], readFile);
  for (const [i, file] of files.entries()) {
    const read = await next!;
    // The host reads the next file while this one is looked over.
    const following = files[i + 1];
    next = following && fileOf(following, readFile);
    next?.catch(() => undefined);
    bytes.push(checkedPages(file, read));
  }
  const tables = new Map<number, SavedPart[]>();
  for (const { page, file, offset } of readIndex(bytes.at(-1), index.offset, files.length)) {
    const saved = readPage(bytes[file]!, offset);
    if (saved.page !== page) throw damagedState(`page ${saved.page} where ${page} is expected`);
    for (const part of saved.parts) {
      const parts = tables.get(part.table);
      if (parts === undefined) tables.set(part.table, [part]);
      else parts.push(part);
    }
  }
  return tables;
}

/** Every page has a checksum in its header, and the file one of the headers. */
function checkedPages(file: StateFile, bytes: Uint8Array): Uint8Array {
  let crc = 0;
  for (let at = 0; at < bytes.length; ) {
    const byteLength = checkPage(bytes, at);
    crc = crc32(bytes.subarray(at, at + PAGE_HEADER), crc);
    at += byteLength;
  }
  if (crc !== file.crc32) throw damagedState(`${file.name} is altered`);
  return bytes;
}

function readOperator(
  { groups, tables, watermarks, ...operator }: WrittenOperator,
  files: readonly Uint8Array[],
  saved: ReadonlyMap<number, readonly SavedPart[]>,
): CapturedOperator {
  const whole = groups.map(([name, keyGroup, file, offset, length]): CapturedGroup => {
    return { name, keyGroup, bytes: files[file]!.subarray(offset, offset + length) };
  });
  const parts = tables.flatMap(({ name, number }) => {
    return (saved.get(number) ?? []).map(({ keyGroup, bytes }): CapturedGroup => ({ name, keyGroup, bytes }));
  });
  return { ...operator, watermarks: watermarks.map(BigInt), groups: [...whole, ...parts] };
}

/** Throws MS4005 where it has been altered. */
export function parseManifest(bytes: Uint8Array): Manifest {
  const end = bytes.lastIndexOf(0x0a, bytes.length - 2);
  if (end <= 0 || bytes.length !== end + 2 + CRC_DIGITS) throw damagedState('the manifest is not whole');
  const line = bytes.subarray(0, end);
  if (new TextDecoder().decode(bytes.subarray(end + 1, end + 1 + CRC_DIGITS)) !== hex(crc32(line)))
    throw damagedState('the manifest is altered');
  const manifest = JSON.parse(new TextDecoder().decode(line)) as Manifest;
  if (manifest.format !== FORMAT) throw damagedState('the manifest is of something else');
  return manifest;
}
