import type { Session, SessionOptions } from '../api/session.ts';
import { SqlError } from '../common/errors.ts';

/** Settings of the command line, `key=value`, as SET would make them. Throws MS5001, and what SET throws. */
export function applySettings(session: Session, settings: readonly string[], onNote: NonNullable<SessionOptions['onNote']>): void {
  for (const setting of settings) {
    const at = setting.indexOf('=');
    if (at < 1)
      throw new SqlError('MS5001', `--set takes key=value, not '${setting}'`, { hint: 'for example --set table.local-time-zone=UTC' });
    const key = setting.slice(0, at).trim();
    const note = session.settings.set(key, setting.slice(at + 1).trim());
    if (note !== undefined) onNote(`--set ${key}: ${note}`);
  }
}
