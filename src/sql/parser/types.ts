import type { RowField, ScalarTypeKeyword, TypeName } from '../ast/types.ts';
import { syntaxError, unexpected } from './errors.ts';
import { intervalQualifier } from './interval-qualifier.ts';
import { smallInteger, stringLiteral } from './literals.ts';
import { identifier, isName, qualifiedName } from './names.ts';
import type { TokenStream } from './token-stream.ts';

/** What may follow the name of a scalar type: nothing, a length or precision, or precision and scale. */
interface ScalarRule {
  readonly name: ScalarTypeKeyword;
  readonly args: 0 | 1 | 2;
}

const rule = (name: ScalarTypeKeyword, args: 0 | 1 | 2 = 0): ScalarRule => ({ name, args });

const scalarRules: ReadonlyMap<string, ScalarRule> = new Map([
  ['CHAR', rule('CHAR', 1)],
  ['CHARACTER', rule('CHAR', 1)],
  ['VARCHAR', rule('VARCHAR', 1)],
  ['STRING', rule('STRING')],
  ['BINARY', rule('BINARY', 1)],
  ['VARBINARY', rule('VARBINARY', 1)],
  ['BYTES', rule('BYTES')],
  ['BOOLEAN', rule('BOOLEAN')],
  ['DECIMAL', rule('DECIMAL', 2)],
  ['DEC', rule('DECIMAL', 2)],
  ['NUMERIC', rule('DECIMAL', 2)],
  ['TINYINT', rule('TINYINT')],
  ['SMALLINT', rule('SMALLINT')],
  ['INT', rule('INT')],
  ['INTEGER', rule('INT')],
  ['BIGINT', rule('BIGINT')],
  ['FLOAT', rule('FLOAT')],
  ['DOUBLE', rule('DOUBLE')],
  ['DATE', rule('DATE')],
  ['TIME', rule('TIME', 1)],
  ['TIMESTAMP', rule('TIMESTAMP', 1)],
  ['TIMESTAMP_LTZ', rule('TIMESTAMP_LTZ', 1)],
  ['VARIANT', rule('VARIANT')],
  ['BITMAP', rule('BITMAP')],
]);

/** A type with its nullability: `ARRAY<INT NOT NULL> NOT NULL`. */
export function typeName(stream: TokenStream): TypeName {
  return typeWith(stream, nullability);
}

/** The type of RETURNING, which says nothing about nulls outside its parts. */
export function valueTypeName(stream: TokenStream): TypeName {
  return typeWith(stream, noNullability);
}

/** The type of a CAST, which may be an interval besides. */
export function castTypeName(stream: TokenStream): TypeName {
  return stream.is('INTERVAL') ? intervalType(stream) : valueTypeName(stream);
}

/** Any type, as `parseTypeName` reads it. */
export function wholeTypeName(stream: TokenStream): TypeName {
  if (!stream.is('INTERVAL')) return typeName(stream);
  return { ...intervalType(stream), nullable: nullability(stream) };
}

function intervalType(stream: TokenStream): TypeName {
  const start = stream.expect('INTERVAL');
  return { kind: 'intervalType', qualifier: intervalQualifier(stream), nullable: undefined, span: stream.spanFrom(start) };
}

function typeWith(stream: TokenStream, nulls: (stream: TokenStream) => boolean | undefined): TypeName {
  const start = stream.token;
  const outer = stream.enter();
  let type: TypeName = { ...bareType(stream), nullable: nulls(stream), span: stream.spanFrom(start) };
  // Hangs the words of `INT ARRAY MULTISET` around the type; the last is the outermost.
  for (let name = collectionWord(stream); name !== undefined; name = collectionWord(stream)) {
    type = { kind: 'collectionType', name, element: type, nullable: nulls(stream), span: stream.spanFrom(start) };
    stream.grow();
  }
  stream.leave(outer);
  return type;
}

function collectionWord(stream: TokenStream): 'ARRAY' | 'MULTISET' | undefined {
  return stream.acceptOneOf(['ARRAY', 'MULTISET'] as const);
}

function noNullability(stream: TokenStream): undefined {
  if (!stream.is('NOT')) return undefined;
  throw syntaxError(
    stream,
    stream.token,
    'the type here says nothing about nulls',
    'leave out NOT NULL: a cast keeps the nulls of its operand',
  );
}

function nullability(stream: TokenStream): boolean | undefined {
  if (stream.accept('NULL')) return true;
  return stream.acceptAll('NOT', 'NULL') ? false : undefined;
}

/** A type without its nullability, which the caller fills in. */
function bareType(stream: TokenStream): TypeName {
  const { token } = stream;
  const known = scalarRules.get(token.code);
  if (known !== undefined) return scalarType(stream, known);
  switch (token.code) {
    case 'ARRAY':
    case 'MULTISET':
      return collectionType(stream, token.code);
    case 'MAP':
      return stream.peek(1).code === '<' ? mapType(stream) : userType(stream);
    case 'ROW':
      return rowType(stream);
    case 'RAW':
      return rawType(stream);
    case 'STRUCTURED':
      return structuredType(stream);
    case 'INTERVAL':
      throw syntaxError(stream, token, 'INTERVAL can only be the type of a CAST', 'store it as BIGINT milliseconds or INT months');
    default:
      return userType(stream);
  }
}

function userType(stream: TokenStream): TypeName {
  const { token } = stream;
  if (!isName(token)) throw unexpected(stream, ['a data type']);
  return { kind: 'userType', name: qualifiedName(stream), nullable: undefined, span: stream.spanFrom(token) };
}

function scalarType(stream: TokenStream, { name, args }: ScalarRule): TypeName {
  const start = stream.next();
  const varying = name === 'CHAR' || name === 'BINARY' ? stream.accept('VARYING') : false;
  if (name === 'DOUBLE') stream.accept('PRECISION');
  const [precision, scale] = args > 0 ? typeArguments(stream, args) : [undefined, undefined];
  const final = varying ? (`VAR${name}` as ScalarTypeKeyword) : withTimeZone(stream, name);
  return { kind: 'scalarType', name: final, precision, scale, nullable: undefined, span: stream.spanFrom(start) };
}

function typeArguments(stream: TokenStream, count: number): [number | undefined, number | undefined] {
  if (!stream.accept('(')) return [undefined, undefined];
  const first = smallInteger(stream);
  const second = count > 1 && stream.accept(',') ? smallInteger(stream) : undefined;
  stream.expect(')');
  return [first, second];
}

/** TIME and TIMESTAMP may say WITH or WITHOUT TIME ZONE behind the precision. */
function withTimeZone(stream: TokenStream, name: ScalarTypeKeyword): ScalarTypeKeyword {
  if (name !== 'TIME' && name !== 'TIMESTAMP') return name;
  if (stream.acceptAll('WITHOUT', 'TIME', 'ZONE')) return name;
  if (name === 'TIME') return name;
  if (stream.follows('WITH', 'TIME'))
    throw syntaxError(stream, stream.peek(1), 'TIMESTAMP WITH TIME ZONE is not supported', 'write TIMESTAMP_LTZ');
  return stream.acceptAll('WITH', 'LOCAL', 'TIME', 'ZONE') ? 'TIMESTAMP_LTZ' : name;
}

function collectionType(stream: TokenStream, name: 'ARRAY' | 'MULTISET'): TypeName {
  const start = stream.next();
  stream.expect('<');
  const element = typeName(stream);
  stream.expect('>');
  return { kind: 'collectionType', name, element, nullable: undefined, span: stream.spanFrom(start) };
}

function mapType(stream: TokenStream): TypeName {
  const start = stream.next();
  stream.expect('<');
  const key = typeName(stream);
  stream.expect(',');
  const value = typeName(stream);
  stream.expect('>');
  return { kind: 'mapType', key, value, nullable: undefined, span: stream.spanFrom(start) };
}

function rowType(stream: TokenStream): TypeName {
  const start = stream.next();
  const fields = stream.is('(') ? fieldList(stream, '(', ')') : stream.accept('<>') ? [] : fieldList(stream, '<', '>');
  return { kind: 'rowType', fields, nullable: undefined, span: stream.spanFrom(start) };
}

function fieldList(stream: TokenStream, open: string, close: string): RowField[] {
  stream.expect(open);
  if (stream.accept(close)) return [];
  const fields = stream.list(rowField);
  stream.close(close);
  return fields;
}

function rowField(stream: TokenStream): RowField {
  const start = stream.token;
  const name = identifier(stream);
  const type = typeName(stream);
  const comment = stream.token.type === 'string' ? stringLiteral(stream) : undefined;
  return { kind: 'rowField', name, type, comment, span: stream.spanFrom(start) };
}

function rawType(stream: TokenStream): TypeName {
  const start = stream.next();
  stream.expect('(');
  const className = stringLiteral(stream);
  stream.expect(',');
  const serializer = stringLiteral(stream);
  stream.expect(')');
  return { kind: 'rawType', className, serializer, nullable: undefined, span: stream.spanFrom(start) };
}

function structuredType(stream: TokenStream): TypeName {
  const start = stream.next();
  stream.expect('<');
  const className = stringLiteral(stream);
  const fields: RowField[] = [];
  while (stream.accept(',')) fields.push(rowField(stream));
  stream.close('>');
  return { kind: 'structuredType', className, fields, nullable: undefined, span: stream.spanFrom(start) };
}
