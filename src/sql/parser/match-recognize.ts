import type {
  AfterMatch,
  Alias,
  MatchMeasure,
  MatchRecognize,
  Pattern,
  PatternDefinition,
  PatternSubset,
  TableExpression,
} from '../ast/queries.ts';
import { unexpected } from './errors.ts';
import { expression, expressionItem } from './expressions.ts';
import { intervalLiteral, smallInteger } from './literals.ts';
import { identifier, identifierList, isName } from './names.ts';
import { orderItem } from './order.ts';
import type { TokenStream } from './token-stream.ts';

/** `input MATCH_RECOGNIZE (...) [alias]`, whole. */
export function matchRecognize(
  stream: TokenStream,
  input: TableExpression,
  optionalAlias: (stream: TokenStream) => Alias | undefined,
): MatchRecognize {
  stream.expectAll('MATCH_RECOGNIZE', '(');
  const partitionBy = stream.acceptAll('PARTITION', 'BY') ? stream.list(expressionItem) : [];
  const orderBy = stream.acceptAll('ORDER', 'BY') ? stream.list(orderItem) : [];
  const measures = stream.accept('MEASURES') ? stream.list(measure) : [];
  const rowsPerMatch = rows(stream);
  const afterMatch = stream.is('AFTER') ? skip(stream) : undefined;
  stream.expectAll('PATTERN', '(');
  const strictStart = stream.accept('^');
  const pattern = alternation(stream);
  const strictEnd = isDollar(stream) && takeDollar(stream);
  stream.expect(')');
  const within = stream.accept('WITHIN') ? intervalLiteral(stream) : undefined;
  const subsets = stream.accept('SUBSET') ? stream.list(subset) : [];
  stream.expect('DEFINE');
  const definitions = stream.list(definition);
  stream.expect(')');
  const alias = optionalAlias(stream);
  const span = stream.spanFrom(input.span);
  return {
    kind: 'matchRecognize',
    input,
    partitionBy,
    orderBy,
    measures,
    rowsPerMatch,
    afterMatch,
    pattern,
    strictStart,
    strictEnd,
    within,
    subsets,
    definitions,
    alias,
    span,
  };
}

function measure(stream: TokenStream): MatchMeasure {
  const start = stream.token;
  const value = expression(stream);
  stream.expect('AS');
  return { kind: 'measure', expression: value, alias: identifier(stream), span: stream.spanFrom(start) };
}

function rows(stream: TokenStream): 'ONE' | 'ALL' | undefined {
  if (stream.acceptAll('ONE', 'ROW', 'PER', 'MATCH')) return 'ONE';
  return stream.acceptAll('ALL', 'ROWS', 'PER', 'MATCH') ? 'ALL' : undefined;
}

function skip(stream: TokenStream): AfterMatch {
  const start = stream.token;
  stream.expectAll('AFTER', 'MATCH', 'SKIP');
  if (stream.accept('PAST')) {
    stream.expectAll('LAST', 'ROW');
    return { kind: 'afterMatch', skip: 'PAST LAST ROW', variable: undefined, span: stream.spanFrom(start) };
  }
  stream.expect('TO');
  if (stream.acceptAll('NEXT', 'ROW')) {
    return { kind: 'afterMatch', skip: 'TO NEXT ROW', variable: undefined, span: stream.spanFrom(start) };
  }
  const place = isName(stream.peek(1)) ? stream.acceptOneOf(['FIRST', 'LAST'] as const) : undefined;
  const variable = identifier(stream);
  return { kind: 'afterMatch', skip: place === 'FIRST' ? 'TO FIRST' : 'TO LAST', variable, span: stream.spanFrom(start) };
}

function subset(stream: TokenStream): PatternSubset {
  const start = stream.token;
  const name = identifier(stream);
  stream.expect('=');
  return { kind: 'subset', name, members: identifierList(stream), span: stream.spanFrom(start) };
}

function definition(stream: TokenStream): PatternDefinition {
  const start = stream.token;
  const name = identifier(stream);
  stream.expect('AS');
  return { kind: 'definition', name, condition: expression(stream), span: stream.spanFrom(start) };
}

// ---- patterns: alternation | sequence quantified ----

function isDollar(stream: TokenStream): boolean {
  return stream.token.type === 'name' && stream.textOf(stream.token) === '$';
}

function takeDollar(stream: TokenStream): true {
  stream.next();
  return true;
}

function alternation(stream: TokenStream): Pattern {
  const start = stream.token;
  const outer = stream.enter();
  const items = [sequence(stream)];
  while (stream.accept('|')) items.push(sequence(stream));
  stream.leave(outer);
  return items.length === 1 ? items[0]! : { kind: 'patternAlternation', items, span: stream.spanFrom(start) };
}

function sequence(stream: TokenStream): Pattern {
  const start = stream.token;
  const items = [quantified(stream)];
  while ((isName(stream.token) && !isDollar(stream)) || stream.is('(') || stream.is('{') || stream.is('PERMUTE'))
    items.push(quantified(stream));
  return items.length === 1 ? items[0]! : { kind: 'patternSequence', items, span: stream.spanFrom(start) };
}

function quantified(stream: TokenStream): Pattern {
  const pattern = patternPrimary(stream);
  const range = quantifier(stream);
  if (range === undefined) return pattern;
  const reluctant = stream.accept('?');
  return { kind: 'patternQuantifier', pattern, min: range[0], max: range[1], reluctant, span: stream.spanFrom(pattern.span) };
}

function patternPrimary(stream: TokenStream): Pattern {
  const start = stream.token;
  if (stream.accept('(')) {
    const inner = alternation(stream);
    stream.expect(')');
    return inner;
  }
  if (stream.acceptAll('{', '-')) {
    const pattern = alternation(stream);
    stream.expectAll('-', '}');
    return { kind: 'patternExclusion', pattern, span: stream.spanFrom(start) };
  }
  if (stream.accept('PERMUTE')) {
    const items = stream.parenthesized(alternation);
    return { kind: 'patternPermute', items, span: stream.spanFrom(start) };
  }
  return { kind: 'patternVariable', name: identifier(stream), span: stream.spanFrom(start) };
}

/** Least and greatest number of times; the greatest is undefined when there is no limit. */
function quantifier(stream: TokenStream): [number, number | undefined] | undefined {
  if (stream.accept('+')) return [1, undefined];
  if (stream.accept('*')) return [0, undefined];
  if (stream.accept('?')) return [0, 1];
  if (!stream.is('{') || stream.peek(1).code === '-') return undefined;
  stream.next();
  const min = stream.token.type === 'number' ? smallInteger(stream) : undefined;
  const comma = stream.accept(',');
  const max = comma && stream.token.type === 'number' ? smallInteger(stream) : undefined;
  if (min === undefined && max === undefined) throw unexpected(stream, ['a whole number']);
  stream.expect('}');
  return [min ?? 0, comma ? max : min];
}
