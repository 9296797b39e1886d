import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConnectorError, SqlError } from '../../common/errors.ts';

/** A program text and what errors call it. */
export interface Script {
  readonly name: string;
  readonly text: string;
  /** The folder of a file, which the modules that it names are looked for in. */
  readonly folder?: string;
}

export const STANDARD_INPUT = '<standard input>';

export function commandLineScript(text: string): Script {
  return { name: '<command line>', text };
}

/** Throws MS5002 when the file cannot be read, MS5004 when it is no text. */
export async function readScript(path: string): Promise<Script> {
  if (path === '-') return readStandardInput();
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error);
  });
  return { name: path, text: decode(bytes, path), folder: dirname(path) };
}

export async function readStandardInput(): Promise<Script> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return { name: STANDARD_INPUT, text: decode(Buffer.concat(chunks), STANDARD_INPUT) };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
};

function unreadable(path: string, error: NodeJS.ErrnoException): ConnectorError {
  return new ConnectorError('MS5002', `${path} cannot be read: ${REASONS[error.code ?? ''] ?? error.message}`, {
    hint: error.code === 'ENOENT' ? 'a statement itself is run by millstream -e "SELECT ..."' : undefined,
    cause: error,
  });
}

/** The text of a file: UTF-8, or UTF-16 with the mark that Windows puts in front. The mark is no part of the text. */
function decode(bytes: Uint8Array, name: string): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SqlError('MS5004', `${name} is no text in UTF-8`, { cause });
  }
}
