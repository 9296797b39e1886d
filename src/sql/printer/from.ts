import type { Alias, Join, MatchRecognize, Pattern, TableExpression, TableSample, Unnest } from '../ast/queries.ts';
import { callText } from './calls.ts';
import { expressionList, expressionText, intervalText, subqueryText } from './expressions.ts';
import { hintsText, orderText } from './queries.ts';
import { columnList, identifierText, newline, qualifiedNameText, stringText } from './text.ts';

/** What stands in FROM as SQL text, one join a line. */
export function tableText(table: TableExpression, indent: number): string {
  switch (table.kind) {
    case 'table': {
      const time = table.systemTime === undefined ? '' : ` FOR SYSTEM_TIME AS OF ${expressionText(table.systemTime, indent)}`;
      return qualifiedNameText(table.name) + hintsText(table.hints) + time + aliasText(table.alias);
    }
    case 'derivedTable':
      return `${lateralText(table.lateral)}${subqueryText(table.query, indent)}${aliasText(table.alias)}`;
    case 'tableFunction': {
      const call = callText(table.call, indent);
      return `${lateralText(table.lateral)}${table.wrapped ? `TABLE(${call})` : call}${aliasText(table.alias)}`;
    }
    case 'unnest':
      return unnestText(table, indent);
    case 'join':
      return joinText(table, indent);
    case 'tableSample':
      return sampleText(table, indent);
    case 'matchRecognize':
      return matchText(table, indent);
  }
}

const lateralText = (lateral: boolean): string => (lateral ? 'LATERAL ' : '');

function aliasText(alias: Alias | undefined): string {
  if (alias === undefined) return '';
  return ` AS ${identifierText(alias.name)}${alias.columns.length === 0 ? '' : ` ${columnList(alias.columns)}`}`;
}

function unnestText(table: Unnest, indent: number): string {
  const only = table.expressions[0];
  const ordinality = table.ordinality ? ' WITH ORDINALITY' : '';
  const source =
    only?.kind === 'subquery' && table.expressions.length === 1
      ? subqueryText(only.query, indent)
      : `(${expressionList(table.expressions, indent)})`;
  return `${lateralText(table.lateral)}UNNEST${source}${ordinality}${aliasText(table.alias)}`;
}

function joinText(join: Join, indent: number): string {
  const left =
    join.left.kind === 'join' && join.left.type === 'COMMA' && join.type !== 'COMMA'
      ? grouped(join.left, indent)
      : tableText(join.left, indent);
  const right = rightText(join, indent);
  if (join.type === 'COMMA') return `${left},${newline(indent + 1)}${right}`;
  const words = `${join.natural ? 'NATURAL ' : ''}${join.type === 'INNER' ? '' : `${join.type} `}JOIN`;
  return `${left}${newline(indent + 1)}${words} ${right}${conditionText(join, indent)}`;
}

/** A join on the right side stands in parentheses, unless commas, which bind less, are around it. */
function rightText({ type, right }: Join, indent: number): string {
  const plain = right.kind !== 'join' || (type === 'COMMA' && right.type !== 'COMMA');
  return plain ? tableText(right, indent) : grouped(right, indent);
}

function grouped(table: TableExpression, indent: number): string {
  return `(${tableText(table, indent + 1)})`;
}

function conditionText({ on, using }: Join, indent: number): string {
  if (on !== undefined) return ` ON ${expressionText(on, indent + 1)}`;
  return using === undefined ? '' : ` USING ${columnList(using)}`;
}

function sampleText({ input, method, argument, seed }: TableSample, indent: number): string {
  const amount = argument.kind === 'string' ? stringText(argument) : argument.text;
  return `${tableText(input, indent)} TABLESAMPLE ${method}(${amount})${seed === undefined ? '' : ` REPEATABLE (${seed.text})`}`;
}

function matchText(match: MatchRecognize, indent: number): string {
  const inner = indent + 1;
  const lines = [
    match.partitionBy.length === 0 ? '' : `PARTITION BY ${expressionList(match.partitionBy, inner)}`,
    match.orderBy.length === 0 ? '' : `ORDER BY ${orderText(match.orderBy, inner)}`,
    match.measures.length === 0 ? '' : `MEASURES ${measuresText(match, inner)}`,
    match.rowsPerMatch === undefined ? '' : match.rowsPerMatch === 'ONE' ? 'ONE ROW PER MATCH' : 'ALL ROWS PER MATCH',
    match.afterMatch === undefined ? '' : afterMatchText(match.afterMatch),
    `PATTERN (${match.strictStart ? '^ ' : ''}${patternText(match.pattern, 0)}${match.strictEnd ? ' $' : ''})${withinText(match)}`,
    match.subsets.length === 0
      ? ''
      : `SUBSET ${match.subsets.map(({ name, members }) => `${identifierText(name)} = ${columnList(members)}`).join(', ')}`,
    `DEFINE ${definitionsText(match, inner)}`,
  ].filter((line) => line !== '');
  const body = lines.map((line) => newline(inner) + line).join('');
  return `${tableText(match.input, indent)} MATCH_RECOGNIZE (${body}${newline(indent)})${aliasText(match.alias)}`;
}

function measuresText({ measures }: MatchRecognize, indent: number): string {
  return measures
    .map(({ expression, alias }) => `${expressionText(expression, indent)} AS ${identifierText(alias)}`)
    .join(`,${newline(indent + 1)}`);
}

function definitionsText({ definitions }: MatchRecognize, indent: number): string {
  return definitions
    .map(({ name, condition }) => `${identifierText(name)} AS ${expressionText(condition, indent)}`)
    .join(`,${newline(indent + 1)}`);
}

function withinText({ within }: MatchRecognize): string {
  return within === undefined ? '' : ` WITHIN ${intervalText(within)}`;
}

function afterMatchText({ skip, variable }: NonNullable<MatchRecognize['afterMatch']>): string {
  return `AFTER MATCH SKIP ${skip}${variable === undefined ? '' : ` ${identifierText(variable)}`}`;
}

/** `level` is 0 where an alternation may stand bare, 1 where a sequence may, 2 where only a single pattern may. */
function patternText(pattern: Pattern, level: number): string {
  switch (pattern.kind) {
    case 'patternVariable':
      return identifierText(pattern.name);
    case 'patternAlternation':
      return parenthesized(level > 0, pattern.items.map((item) => patternText(item, 1)).join(' | '));
    case 'patternSequence':
      return parenthesized(level > 1, pattern.items.map((item) => patternText(item, 2)).join(' '));
    case 'patternPermute':
      return `PERMUTE(${pattern.items.map((item) => patternText(item, 0)).join(', ')})`;
    case 'patternExclusion':
      return `{- ${patternText(pattern.pattern, 0)} -}`;
    case 'patternQuantifier':
      return quantifierText(pattern);
  }
}

const parenthesized = (wrap: boolean, text: string): string => (wrap ? `(${text})` : text);

function quantifierText({ pattern, min, max, reluctant }: Pattern & { kind: 'patternQuantifier' }): string {
  const inner = patternText(pattern, 2);
  const operand = pattern.kind === 'patternQuantifier' ? `(${inner})` : inner;
  return operand + timesText(min, max) + (reluctant ? '?' : '');
}

function timesText(min: number, max: number | undefined): string {
  if (max === undefined) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}
