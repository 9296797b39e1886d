// The reference of functions: families, signatures, null rules, examples with their results and types.
import { code, prose, table, value } from './markdown.mjs';

/** Families in the order of the page, with what they are called there. */
const FAMILIES = {
  comparison: 'Comparison',
  logical: 'Logic',
  arithmetic: 'Arithmetic',
  string: 'Text',
  temporal: 'Dates and times',
  conditional: 'Conditions',
  conversion: 'Conversion',
  collection: 'Arrays, maps and rows',
  json: 'JSON',
  hash: 'Hashes',
  bitwise: 'Bits',
};

const isSign = (/** @type {string} */ name) => /^\W+$/.test(name);
/** What is written with words between its arguments, and also as an ordinary call. */
const writtenBothWays = ['SUBSTRING'];
/** What has words between and behind its arguments: the texts of their signatures are written as calls are. */
const writtenAsCalled = ['JSON_ARRAY', 'JSON_EXISTS', 'JSON_OBJECT', 'JSON_QUERY', 'JSON_VALUE'];

/**
 * The ways to call a function: `SUBSTRING(STRING, INT [, INT])`. What is not written as a call is shown in the form it has in Flink's
 * grammar, which is ours: `NUMERIC + NUMERIC`, `EXTRACT(UNIT FROM DATETIME)`.
 */
function callTexts({ name, flink }, { text }) {
  const list = (/** @type {string} */ parameters) =>
    parameters
      .split(',')
      .map((parameter) => parameter.trim())
      .filter(Boolean);
  const inner = text.slice(1, -1);
  const all = list(inner.replace(/[[\]]/g, ''));
  if (isSign(name)) return [all.join(` ${name} `)];
  if (writtenAsCalled.includes(name)) return [name + text];
  if (flink === null || flink(all) === `${name}(${all.join(', ')})`) return [name + text];
  if (all.length === 0) return [flink([]).startsWith(name) ? flink([]) : name];
  const bare = (/** @type {string} */ form) => (/^\(.*\)$/.test(form) ? form.slice(1, -1) : form);
  const required = list(inner.split('[')[0] ?? '');
  const forms = [...new Set([required, all].map((parameters) => bare(flink(parameters))))];
  return writtenBothWays.includes(name) ? [name + text, ...forms] : forms;
}

/** What stands above a function's text. */
function headingOf({ name }) {
  if (name === 'NEGATE') return '`-x` (negation)';
  return isSign(name) ? code(`a ${name} b`) : name;
}

/** The anchor of a heading, as GitHub makes it. */
const anchor = (/** @type {string} */ heading) =>
  heading
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');

/** A name with a link to its heading; operators are found by their family. */
const linked = (fn) => (isSign(fn.name) ? code(fn.name) : `[${code(fn.name)}](#${anchor(headingOf(fn))})`);

function nullRule(fn) {
  if (/NULL where one of (them|its arguments) is/.test(fn.doc)) return '';
  if (fn.nulls === 'own') return fn.nullable === false ? 'Never NULL.' : '';
  const takesNothing = fn.signatures.every(({ text }) => text === '()');
  if (takesNothing) return 'Never NULL.';
  return fn.nullable === true ? 'NULL when an argument is NULL, or when there is no result.' : 'NULL when an argument is NULL.';
}

async function exampleTable(typeOf, examples) {
  const rows = [];
  for (const { sql, result } of examples) {
    rows.push([code(sql), result === null ? 'NULL' : value(result), await typeOf(sql)]);
  }
  return table(['example', 'result', 'type'], rows);
}

async function scalarText(fn, typeOf) {
  const aliases = fn.aliases?.length ? `Also called ${fn.aliases.map(code).join(', ')}.` : '';
  const volatile = fn.deterministic === false ? 'Computed for every row anew.' : '';
  const extension = fn.flink === null ? 'An extension: Flink has no such function.' : '';
  const calls = fn.signatures.flatMap((signature) => callTexts(fn, signature));
  const parts = [
    `### ${headingOf(fn)}`,
    [...new Set(calls)].map(code).join(' or '),
    [prose(fn.doc), nullRule(fn), aliases, volatile, extension].filter(Boolean).join(' '),
  ];
  if (fn.examples.length > 0) parts.push(await exampleTable((sql) => typeOf(`SELECT ${sql}`), fn.examples));
  return parts.join('\n\n');
}

/** One section of the page per family, and one of the aggregates. */
export async function functionSections({ scalarFunctions, aggregateFunctions }, typeOf) {
  const families = Object.keys(FAMILIES);
  const unknown = scalarFunctions.find(({ family }) => !families.includes(family));
  if (unknown) throw new Error(`scripts/docs/functions.mjs has no title for the family ${unknown.family}`);
  const byName = (a, b) => (a.name < b.name ? -1 : 1);
  const present = families.filter((family) => scalarFunctions.some((fn) => fn.family === family));
  const index = [];
  const texts = [];
  for (const family of present) {
    const members = scalarFunctions.filter((fn) => fn.family === family).toSorted(byName);
    index.push([`[${FAMILIES[family]}](#${anchor(FAMILIES[family])})`, members.map(linked).join(' ')]);
    texts.push(`## ${FAMILIES[family]}`);
    for (const fn of members) texts.push(await scalarText(fn, typeOf));
  }
  const aggregates = aggregateFunctions.toSorted(byName);
  index.push(['[Aggregates](#aggregates)', aggregates.map(linked).join(' ')]);
  const aggregateTexts = [];
  for (const fn of aggregates) {
    aggregateTexts.push(`### ${fn.name}`, prose(fn.doc), await exampleTable(typeOf, fn.examples));
  }
  return { index: table(['family', 'functions'], index), scalar: texts.join('\n\n'), aggregate: aggregateTexts.join('\n\n') };
}
