import { UnsupportedError } from '../../common/errors.ts';
import { translateJavaRegex } from './java-regex.ts';

/** A compiled pattern; undefined for one that Java, too, refuses. */
export interface CompiledRegex {
  readonly regex: RegExp;
  /** Number of capturing groups. */
  readonly groups: number;
}

const MAX_KEPT = 1000;
const kept = new Map<string, CompiledRegex | undefined>();

/**
 * The pattern (in Java's syntax) as a global RegExp, kept for the next call. Undefined where it is no valid pattern.
 * Throws MS1451 for a valid one that JavaScript cannot run safely: `needsGroups` says that the groups' texts will be read.
 */
export function compileRegex(pattern: string, needsGroups = false): CompiledRegex | undefined {
  const key = `${needsGroups ? 'g' : '-'}${pattern}`;
  if (kept.has(key)) return kept.get(key);
  const compiled = compileNew(pattern, needsGroups);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, compiled);
  return compiled;
}

function compileNew(pattern: string, needsGroups: boolean): CompiledRegex | undefined {
  const translation = translateJavaRegex(pattern);
  if (translation.kind === 'invalid') return undefined;
  if (translation.kind === 'unsupported') throw refused(pattern, translation.reason);
  if (needsGroups && translation.groupsMayReset) throw refused(pattern, 'a group inside a repetition of alternatives');
  return { regex: new RegExp(translation.source, `${translation.flags}g`), groups: translation.groups };
}

function refused(pattern: string, reason: string): UnsupportedError {
  return new UnsupportedError('MS1451', `the pattern ${JSON.stringify(pattern.slice(0, 200))} uses ${reason}, which is not supported`, {
    hint: 'write it in another way, for instance with a set of characters instead of nested repetitions',
  });
}

/** The first match at or after nowhere but the text's start; the regex keeps no place between texts. */
export function firstMatch({ regex }: CompiledRegex, text: string): RegExpExecArray | null {
  regex.lastIndex = 0;
  return regex.exec(text);
}
