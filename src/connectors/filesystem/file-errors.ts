import { getSystemErrorMap } from 'node:util';
import { ConnectorError } from '../../common/errors.ts';
import { messageOf } from '../../common/message-of.ts';
import { isPassingErrno } from '../../runtime/restart/may-pass.ts';

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'give the user that runs this program the permission, or choose another path',
  EPERM: 'give the user that runs this program the permission, or choose another path',
  ENOSPC: 'make room on the device, or choose a path on another one',
  EDQUOT: 'the disk quota is used up: make room, or choose a path on another device',
  EMFILE: 'raise the limit of open files (ulimit -n)',
  EROFS: 'the file system is mounted read-only: choose another path',
};

/** The code of a system error, such as ENOENT; undefined for any other error. */
export function errnoOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

/** What the system says, without the call and path that Node adds: `permission denied (EACCES)`. */
function errnoText(cause: unknown): string {
  const code = errnoOf(cause);
  for (const [name, text] of getSystemErrorMap().values()) if (name === code) return `${text} (${name})`;
  return messageOf(cause);
}

/** MS3030 when the file or folder is not there, MS3031 when it cannot be read. */
export function readError(path: string, cause: unknown): ConnectorError {
  const code = errnoOf(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new ConnectorError('MS3030', `${path} does not exist`, {
      cause,
      hint: `a relative path counts from the working directory, which is ${process.cwd()}`,
    });
  }
  return ioError('MS3031', `cannot read ${path}: ${errnoText(cause)}`, cause);
}

/** MS3031: reading is to resume behind the end of the file. */
export function shortened(path: string): ConnectorError {
  return new ConnectorError('MS3031', `${path} has become shorter since it was read the first time`, {
    hint: 'a file must not change while it is read: write it under another name and rename it',
  });
}

/** MS3036: the file cannot be created, written or renamed. */
export function writeError(path: string, cause: unknown): ConnectorError {
  return ioError('MS3036', `cannot write ${path}: ${errnoText(cause)}`, cause);
}

function ioError(code: 'MS3031' | 'MS3036', message: string, cause: unknown): ConnectorError {
  const errno = errnoOf(cause) ?? '';
  return new ConnectorError(code, message, { cause, hint: HINTS[errno], retry: isPassingErrno(errno) });
}
