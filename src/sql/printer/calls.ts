import type { Expression, FunctionCall } from '../ast/expressions.ts';
import type { Identifier } from '../ast/node.ts';
import type { WindowSpecification } from '../ast/queries.ts';
import { bareFunctions, callableReservedWords } from '../keywords.ts';
import { callableWords, specialWords } from '../parser/callable.ts';
import { atomPower, expressionList, expressionText } from './expressions.ts';
import { orderText, windowText } from './queries.ts';
import { identifierText, nameParts } from './text.ts';

/** A call with everything that hangs on it. */
export function callText(call: FunctionCall, indent: number): string {
  if (call.bare) return nameOf(call);
  return `${nameOf(call)}(${argumentsText(call, indent)})${suffixText(call, indent)}`;
}

/** Reserved words that call functions stand without backquotes. */
function nameOf({ name: { parts } }: FunctionCall): string {
  const first = parts[0];
  return parts.length === 1 && first !== undefined && !first.quoted && isCallable(first) ? first.name : nameParts(parts);
}

function isCallable({ name }: Identifier): boolean {
  const word = name.toUpperCase();
  return callableReservedWords.has(word) || callableWords.has(word) || specialWords.has(word) || bareFunctions.has(word);
}

type SpecialArguments = (args: readonly string[], call: FunctionCall) => string | undefined;

const isSymbol = (node: Expression | undefined): boolean => node?.kind === 'symbol';

/** Calls whose arguments are not, or not always, a list. */
const specials: Readonly<Record<string, SpecialArguments>> = {
  EXTRACT: (args) => `${args[0]} FROM ${args[1]}`,
  TRIM: (args, call) => (isSymbol(call.args[0]) ? [args[0], ...args.slice(1, -1), 'FROM', args.at(-1)].join(' ') : undefined),
  POSITION: (args) => `${args[0]} IN ${args[1]}${args[2] === undefined ? '' : ` FROM ${args[2]}`}`,
  OVERLAY: (args) => `${args[0]} PLACING ${args[1]} FROM ${args[2]}${args[3] === undefined ? '' : ` FOR ${args[3]}`}`,
  CEIL: toUnit,
  CEILING: toUnit,
  FLOOR: toUnit,
  CONVERT: using,
  TRANSLATE: using,
};

/** The end of an interval that goes on where TO follows: `INTERVAL '5' DAY TO HOUR`. */
const openInterval = /\b(?:YEAR|MONTH|DAY|HOUR|MINUTE)(?:\(\d+\))?$/i;

function toUnit([value = '', unit]: readonly string[], call: FunctionCall): string | undefined {
  if (!isSymbol(call.args[1])) return undefined;
  return `${openInterval.test(value) ? `(${value})` : value} TO ${unit}`;
}

function using(args: readonly string[], call: FunctionCall): string | undefined {
  return isSymbol(call.args[1]) ? `${args[0]} USING ${args[1]}` : undefined;
}

function argumentsText(call: FunctionCall, indent: number): string {
  const special = specialText(call, indent);
  if (special !== undefined) return special;
  const distinct = call.distinct ? 'DISTINCT ' : '';
  const order = call.orderBy.length === 0 ? '' : ` ORDER BY ${orderText(call.orderBy, indent)}`;
  return distinct + expressionList(call.args, indent) + order;
}

function specialText(call: FunctionCall, indent: number): string | undefined {
  const { parts } = call.name;
  const first = parts[0];
  if (parts.length !== 1 || first === undefined || first.quoted) return undefined;
  const print = specials[first.name.toUpperCase()];
  // The first operand of POSITION has no operators outside parentheses.
  const powerMin = first.name.toUpperCase() === 'POSITION' ? atomPower : 0;
  return print?.(
    call.args.map((arg, i) => expressionText(arg, indent, i === 0 ? powerMin : 0)),
    call,
  );
}

function suffixText(call: FunctionCall, indent: number): string {
  const nulls = call.nulls === undefined ? '' : ` ${call.nulls} NULLS`;
  const within = call.withinGroup === undefined ? '' : ` WITHIN GROUP (ORDER BY ${orderText(call.withinGroup, indent)})`;
  const filter = filterText(call.filter, indent);
  return nulls + within + filter + overText(call.over, indent);
}

export function filterText(filter: Expression | undefined, indent: number): string {
  return filter === undefined ? '' : ` FILTER (WHERE ${expressionText(filter, indent)})`;
}

function overText(over: WindowSpecification | Identifier | undefined, indent: number): string {
  if (over === undefined) return '';
  return ` OVER ${over.kind === 'identifier' ? identifierText(over) : windowText(over, indent)}`;
}
