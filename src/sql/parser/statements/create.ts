import type { Expression } from '../../ast/expressions.ts';
import type {
  CreateCatalog,
  CreateConnection,
  CreateDatabase,
  CreateFunction,
  CreateMaterializedTable,
  CreateMode,
  CreateModel,
  CreateTable,
  CreateView,
  FunctionLanguage,
  FunctionResource,
  FunctionScope,
  StartMode,
  Statement,
} from '../../ast/statements.ts';
import type { Token } from '../../token.ts';
import { syntaxError, unexpected } from '../errors.ts';
import { expression } from '../expressions.ts';
import { intervalLiteral, stringLiteral } from '../literals.ts';
import { identifier, identifierList, qualifiedName } from '../names.ts';
import { query } from '../queries.ts';
import type { TokenStream } from '../token-stream.ts';
import { ifNotExists, optionalComment, optionalWith } from './properties.ts';
import { distribution, likeClause, optionalPartitionedBy, tableElements } from './table-elements.ts';

/** What stands between CREATE and the kind of thing that is created. */
interface Prefix {
  readonly start: Token;
  readonly mode: CreateMode;
  readonly temporary: boolean;
  readonly system: boolean;
}

export function createStatement(stream: TokenStream): Statement {
  const start = stream.expect('CREATE');
  const mode = createMode(stream);
  const temporary = stream.accept('TEMPORARY');
  const system = temporary && stream.accept('SYSTEM');
  return created(stream, { start, mode, temporary, system });
}

/** `REPLACE TABLE t AS query`. */
export function replaceStatement(stream: TokenStream): Statement {
  const start = stream.expect('REPLACE');
  if (!stream.is('TABLE')) throw unexpected(stream, ['TABLE']);
  const table = createTable(stream, { start, mode: 'REPLACE', temporary: false, system: false });
  if (table.query === undefined) throw unexpected(stream, ['AS']);
  return table;
}

function createMode(stream: TokenStream): CreateMode {
  if (!stream.accept('OR')) return 'CREATE';
  return `CREATE OR ${stream.expectOneOf(['REPLACE', 'ALTER'] as const)}`;
}

const things = ['TABLE', 'VIEW', 'FUNCTION', 'CATALOG', 'DATABASE', 'MODEL', 'MATERIALIZED', 'CONNECTION'] as const;

function created(stream: TokenStream, prefix: Prefix): Statement {
  const { code } = stream.token;
  checkPrefix(stream, prefix, code);
  switch (code) {
    case 'TABLE':
      return createTable(stream, prefix);
    case 'VIEW':
      return createView(stream, prefix);
    case 'FUNCTION':
      return createFunction(stream, prefix);
    case 'CATALOG':
      return createCatalog(stream, prefix);
    case 'DATABASE':
      return createDatabase(stream, prefix);
    case 'MODEL':
      return createModel(stream, prefix);
    case 'MATERIALIZED':
      return createMaterializedTable(stream, prefix);
    case 'CONNECTION':
      return createConnection(stream, prefix);
    default:
      throw unexpected(stream, prefix.temporary ? ['TABLE', 'VIEW', 'FUNCTION', 'MODEL'] : ['TEMPORARY', ...things]);
  }
}

/** Which of OR REPLACE, OR ALTER, TEMPORARY and SYSTEM a kind of thing allows. */
function checkPrefix(stream: TokenStream, prefix: Prefix, code: string): void {
  const bad = forbiddenPrefix(prefix, code);
  if (bad !== undefined && (things as readonly string[]).includes(code)) {
    throw syntaxError(stream, stream.token, `CREATE ${bad} ${code} is not supported`, `leave out ${bad}`);
  }
}

const replaceable: ReadonlySet<string> = new Set(['TABLE', 'VIEW', 'FUNCTION', 'MODEL']);

function forbiddenPrefix({ mode, temporary, system }: Prefix, code: string): string | undefined {
  if (system && code !== 'FUNCTION' && code !== 'CONNECTION') return 'SYSTEM';
  if (temporary && (code === 'CATALOG' || code === 'DATABASE' || code === 'MATERIALIZED')) return 'TEMPORARY';
  if (mode === 'CREATE OR ALTER' && code !== 'MATERIALIZED') return 'OR ALTER';
  if (mode === 'CREATE OR REPLACE' && !replaceable.has(code)) return 'OR REPLACE';
  return undefined;
}

const scopeOf = ({ temporary, system }: Prefix): FunctionScope => (system ? 'TEMPORARY SYSTEM' : temporary ? 'TEMPORARY' : 'CATALOG');

function createTable(stream: TokenStream, { start, mode, temporary }: Prefix): CreateTable {
  stream.expect('TABLE');
  const exists = ifNotExists(stream);
  const name = qualifiedName(stream);
  const elements = stream.is('(') ? tableElements(stream) : undefined;
  const comment = optionalComment(stream);
  const distributed = stream.accept('DISTRIBUTED') ? distribution(stream) : undefined;
  const partitionedBy = optionalPartitionedBy(stream);
  const options = optionalWith(stream);
  const like = stream.is('LIKE') ? likeClause(stream) : undefined;
  const asQuery = like === undefined && stream.accept('AS') ? query(stream) : undefined;
  const namesOnly = elements?.[0]?.kind === 'columnName' && asQuery === undefined;
  if (namesOnly) throw unexpected(stream, ['AS']);
  return {
    kind: 'createTable',
    mode,
    temporary,
    ifNotExists: exists,
    name,
    elements,
    comment,
    distribution: distributed,
    partitionedBy,
    options,
    like,
    query: asQuery,
    span: stream.spanFrom(start),
  };
}

function createView(stream: TokenStream, { start, mode, temporary }: Prefix): CreateView {
  stream.expect('VIEW');
  const exists = ifNotExists(stream);
  const name = qualifiedName(stream);
  const columns = stream.is('(') ? identifierList(stream) : [];
  const comment = optionalComment(stream);
  stream.expect('AS');
  const body = query(stream);
  return { kind: 'createView', mode, temporary, ifNotExists: exists, name, columns, comment, query: body, span: stream.spanFrom(start) };
}

function createFunction(stream: TokenStream, prefix: Prefix): CreateFunction {
  stream.expect('FUNCTION');
  const exists = ifNotExists(stream);
  const name = qualifiedName(stream);
  if (prefix.system && name.parts.length > 1) throw syntaxError(stream, name.span, 'a system function has a plain name');
  stream.expect('AS');
  const implementation = stringLiteral(stream, 'the class or module in single quotes');
  const language = functionLanguage(stream);
  const resources = stream.accept('USING') ? stream.list(functionResource) : [];
  const options = optionalWith(stream);
  return {
    kind: 'createFunction',
    mode: prefix.mode,
    scope: scopeOf(prefix),
    ifNotExists: exists,
    name,
    implementation,
    language,
    resources,
    options,
    span: stream.spanFrom(prefix.start),
  };
}

const LANGUAGES = ['JAVA', 'SCALA', 'PYTHON', 'TYPESCRIPT', 'JAVASCRIPT'] as const;

export function functionLanguage(stream: TokenStream): FunctionLanguage | undefined {
  return stream.accept('LANGUAGE') ? stream.expectOneOf(LANGUAGES) : undefined;
}

function functionResource(stream: TokenStream): FunctionResource {
  const start = stream.token;
  const type = stream.expectOneOf(['JAR', 'ARTIFACT'] as const);
  return { kind: 'resource', type, uri: stringLiteral(stream), span: stream.spanFrom(start) };
}

function createCatalog(stream: TokenStream, { start }: Prefix): CreateCatalog {
  stream.expect('CATALOG');
  const exists = ifNotExists(stream);
  const name = identifier(stream);
  const comment = optionalComment(stream);
  const options = optionalWith(stream);
  return { kind: 'createCatalog', ifNotExists: exists, name, comment, options, span: stream.spanFrom(start) };
}

function createDatabase(stream: TokenStream, { start }: Prefix): CreateDatabase {
  stream.expect('DATABASE');
  const exists = ifNotExists(stream);
  const name = qualifiedName(stream);
  const comment = optionalComment(stream);
  const options = optionalWith(stream);
  return { kind: 'createDatabase', ifNotExists: exists, name, comment, options, span: stream.spanFrom(start) };
}

function createConnection(stream: TokenStream, prefix: Prefix): CreateConnection {
  stream.expect('CONNECTION');
  const exists = ifNotExists(stream);
  const name = qualifiedName(stream);
  const comment = optionalComment(stream);
  const options = optionalWith(stream);
  const span = stream.spanFrom(prefix.start);
  return { kind: 'createConnection', scope: scopeOf(prefix), ifNotExists: exists, name, comment, options, span };
}

function createModel(stream: TokenStream, { start, mode, temporary }: Prefix): CreateModel {
  stream.expect('MODEL');
  const exists = ifNotExists(stream);
  const name = qualifiedName(stream);
  const input = stream.accept('INPUT') ? tableElements(stream) : undefined;
  const output = stream.accept('OUTPUT') ? tableElements(stream) : undefined;
  const comment = optionalComment(stream);
  const options = optionalWith(stream);
  const asQuery = stream.accept('AS') ? query(stream) : undefined;
  const span = stream.spanFrom(start);
  return { kind: 'createModel', mode, temporary, ifNotExists: exists, name, input, output, comment, options, query: asQuery, span };
}

function createMaterializedTable(stream: TokenStream, { start, mode }: Prefix): CreateMaterializedTable {
  stream.expectAll('MATERIALIZED', 'TABLE');
  const name = qualifiedName(stream);
  const elements = stream.is('(') ? tableElements(stream) : undefined;
  const comment = optionalComment(stream);
  const distributed = stream.accept('DISTRIBUTED') ? distribution(stream) : undefined;
  const partitionedBy = optionalPartitionedBy(stream);
  const options = optionalWith(stream);
  const startMode = stream.accept('START_MODE') ? materializedStart(stream) : undefined;
  const freshness = stream.accept('FRESHNESS') ? freshnessInterval(stream) : undefined;
  const refreshMode = stream.accept('REFRESH_MODE') ? refreshModeValue(stream) : undefined;
  stream.expect('AS');
  return {
    kind: 'createMaterializedTable',
    mode,
    name,
    elements,
    comment,
    distribution: distributed,
    partitionedBy,
    options,
    startMode,
    freshness,
    refreshMode,
    query: query(stream),
    span: stream.spanFrom(start),
  };
}

/** `= INTERVAL '1' MINUTE` */
export function freshnessInterval(stream: TokenStream) {
  stream.expect('=');
  return intervalLiteral(stream);
}

/** `= FULL` or `= CONTINUOUS` */
export function refreshModeValue(stream: TokenStream): 'CONTINUOUS' | 'FULL' {
  stream.expect('=');
  return stream.expectOneOf(['CONTINUOUS', 'FULL'] as const);
}

const startModes = [
  'FROM_BEGINNING',
  'FROM_NOW',
  'FROM_TIMESTAMP',
  'RESUME_OR_FROM_BEGINNING',
  'RESUME_OR_FROM_NOW',
  'RESUME_OR_FROM_TIMESTAMP',
] as const;

function materializedStart(stream: TokenStream): StartMode {
  stream.expect('=');
  const start = stream.token;
  const mode = stream.expectOneOf(startModes);
  let argument: Expression | undefined;
  if (!mode.endsWith('BEGINNING') && stream.accept('(')) {
    argument = expression(stream);
    stream.expect(')');
  }
  return { kind: 'startMode', mode, argument, span: stream.spanFrom(start) };
}
