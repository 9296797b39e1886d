import type { DescribeStatement, DropStatement, ShowLike, ShowObject, ShowStatement, UseStatement } from '../../ast/statements.ts';
import type { Token } from '../../token.ts';
import { syntaxError, unexpected } from '../errors.ts';
import { stringLiteral } from '../literals.ts';
import { identifier, qualifiedName } from '../names.ts';
import type { TokenStream } from '../token-stream.ts';
import { partitionSpec } from './partition.ts';
import { ifExists } from './properties.ts';

const described = ['CATALOG', 'DATABASE', 'FUNCTION', 'MODEL', 'CONNECTION'] as const;

export function describeStatement(stream: TokenStream): DescribeStatement {
  const start = stream.next();
  if (stream.is('TABLE')) throw syntaxError(stream, stream.token, 'DESCRIBE takes the name of a table or view', 'leave out TABLE');
  if (stream.is('JOB') && stream.peek(1).type === 'string') {
    stream.next();
    const job = stringLiteral(stream);
    return { kind: 'describe', object: 'JOB', extended: false, name: undefined, job, span: stream.spanFrom(start) };
  }
  const named = stream.peek(1).type !== 'end' && stream.peek(1).code !== ';' && stream.peek(1).code !== '.';
  const object = (named ? stream.acceptOneOf(described) : undefined) ?? 'TABLE';
  const extended = stream.accept('EXTENDED');
  const name = qualifiedName(stream);
  return { kind: 'describe', object, extended, name, job: undefined, span: stream.spanFrom(start) };
}

const dropped = ['TABLE', 'VIEW', 'FUNCTION', 'CATALOG', 'DATABASE', 'MODEL', 'MATERIALIZED', 'CONNECTION'] as const;
const droppedTemporary = ['TABLE', 'VIEW', 'FUNCTION', 'MODEL', 'CONNECTION'] as const;

export function dropStatement(stream: TokenStream): DropStatement {
  const start = stream.expect('DROP');
  const temporary = stream.accept('TEMPORARY');
  const system = temporary && stream.accept('SYSTEM');
  const word = system
    ? stream.expectOneOf(['FUNCTION', 'CONNECTION'] as const)
    : temporary
      ? stream.expectOneOf(droppedTemporary)
      : stream.expectOneOf(dropped);
  if (word === 'MATERIALIZED') stream.expect('TABLE');
  const object = word === 'MATERIALIZED' ? 'MATERIALIZED TABLE' : word;
  const exists = ifExists(stream);
  const name = qualifiedName(stream);
  const behavior = object === 'DATABASE' ? stream.acceptOneOf(['CASCADE', 'RESTRICT'] as const) : undefined;
  return { kind: 'drop', object, temporary, system, ifExists: exists, name, behavior, span: stream.spanFrom(start) };
}

export function useStatement(stream: TokenStream): UseStatement {
  const start = stream.expect('USE');
  if (stream.accept('MODULES')) {
    const names = stream.list((inner) => singleName(inner));
    return { kind: 'use', object: 'MODULES', names, span: stream.spanFrom(start) };
  }
  const after = stream.peek(1);
  if (stream.is('CATALOG') && after.code !== '.' && after.code !== ';' && after.type !== 'end') {
    stream.next();
    return { kind: 'use', object: 'CATALOG', names: [singleName(stream)], span: stream.spanFrom(start) };
  }
  return { kind: 'use', object: 'DATABASE', names: [qualifiedName(stream)], span: stream.spanFrom(start) };
}

function singleName(stream: TokenStream) {
  const part = identifier(stream);
  return { kind: 'qualifiedName', parts: [part], span: part.span } as const;
}

/** How one kind of SHOW goes on: the place to look in, and a pattern with LIKE alone or with ILIKE too. */
interface ShowRule {
  readonly words: readonly string[];
  readonly object: ShowObject;
  readonly from?: 'optional' | 'required' | 'name';
  readonly like?: 'like' | 'ilike';
}

const showRules: readonly ShowRule[] = [
  { words: ['TABLES'], object: 'TABLES', from: 'optional', like: 'like' },
  { words: ['VIEWS'], object: 'VIEWS', from: 'optional', like: 'like' },
  { words: ['MATERIALIZED', 'TABLES'], object: 'MATERIALIZED TABLES', from: 'optional', like: 'like' },
  { words: ['FUNCTIONS'], object: 'FUNCTIONS', from: 'optional', like: 'ilike' },
  { words: ['USER', 'FUNCTIONS'], object: 'USER FUNCTIONS', from: 'optional', like: 'ilike' },
  { words: ['COLUMNS'], object: 'COLUMNS', from: 'required', like: 'like' },
  { words: ['PARTITIONS'], object: 'PARTITIONS', from: 'name' },
  { words: ['CATALOGS'], object: 'CATALOGS', like: 'ilike' },
  { words: ['CURRENT', 'CATALOG'], object: 'CURRENT CATALOG' },
  { words: ['DATABASES'], object: 'DATABASES', from: 'optional', like: 'ilike' },
  { words: ['CURRENT', 'DATABASE'], object: 'CURRENT DATABASE' },
  { words: ['MODULES'], object: 'MODULES' },
  { words: ['FULL', 'MODULES'], object: 'FULL MODULES' },
  { words: ['PROCEDURES'], object: 'PROCEDURES', from: 'optional', like: 'ilike' },
  { words: ['MODELS'], object: 'MODELS', from: 'optional', like: 'ilike' },
  { words: ['CONNECTIONS'], object: 'CONNECTIONS', from: 'optional', like: 'ilike' },
  { words: ['JARS'], object: 'JARS' },
  { words: ['JOBS'], object: 'JOBS' },
  { words: ['CREATE', 'TABLE'], object: 'CREATE TABLE', from: 'name' },
  { words: ['CREATE', 'VIEW'], object: 'CREATE VIEW', from: 'name' },
  { words: ['CREATE', 'MATERIALIZED', 'TABLE'], object: 'CREATE MATERIALIZED TABLE', from: 'name' },
  { words: ['CREATE', 'CATALOG'], object: 'CREATE CATALOG', from: 'name' },
  { words: ['CREATE', 'MODEL'], object: 'CREATE MODEL', from: 'name' },
  { words: ['CREATE', 'CONNECTION'], object: 'CREATE CONNECTION', from: 'name' },
];

export function showStatement(stream: TokenStream): ShowStatement {
  const start = stream.expect('SHOW');
  const found = showRules.find((rule) => stream.acceptAll(...rule.words));
  if (found === undefined) throw unknownShow(stream);
  const preposition = showPreposition(stream, found);
  const name = preposition !== undefined || found.from === 'name' ? qualifiedName(stream) : undefined;
  if (found.object === 'DATABASES' && name !== undefined && name.parts.length > 1) {
    throw syntaxError(stream, name.span, 'SHOW DATABASES takes the plain name of a catalog');
  }
  const partition = found.object === 'PARTITIONS' && stream.is('PARTITION') ? partitionSpec(stream) : undefined;
  const like = found.like === undefined ? undefined : showLike(stream, found.like === 'ilike');
  return { kind: 'show', object: found.object, name, preposition, like, partition, span: stream.spanFrom(start) };
}

/** Points at the first word that no SHOW goes on with. */
function unknownShow(stream: TokenStream): Error {
  const first = stream.token.code;
  const second = showRules.filter((rule) => rule.words[0] === first && rule.words.length > 1).map((rule) => rule.words[1]!);
  if (second.length === 0) return unexpected(stream, showRules.map((rule) => rule.words[0]!).filter(isFirst));
  stream.next();
  return unexpected(stream, second.filter(isFirst));
}

const isFirst = (word: string, index: number, all: readonly string[]): boolean => all.indexOf(word) === index;

function showPreposition(stream: TokenStream, rule: ShowRule): 'FROM' | 'IN' | undefined {
  if (rule.from === 'required') return stream.expectOneOf(['FROM', 'IN'] as const);
  return rule.from === 'optional' ? stream.acceptOneOf(['FROM', 'IN'] as const) : undefined;
}

function showLike(stream: TokenStream, ilike: boolean): ShowLike | undefined {
  const start: Token = stream.token;
  const negated = stream.accept('NOT');
  const words = ilike ? (['LIKE', 'ILIKE'] as const) : (['LIKE'] as const);
  const operator = negated ? stream.expectOneOf(words) : stream.acceptOneOf(words);
  if (operator === undefined) return undefined;
  return { kind: 'showLike', operator, negated, pattern: stringLiteral(stream), span: stream.spanFrom(start) };
}
