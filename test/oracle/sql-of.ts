import { type Call, kindsOf, type Order, type Query } from './query.ts';

/**
 * The two languages: Flink's, and DuckDB's as far as it takes to compute the same rows. This file is the one place that knows where they
 * differ, and what DuckDB is told is what Flink means.
 */
export type Dialect = 'flink' | 'duckdb';

const COLUMNS = ['id', 'k', 'v', 's', 'ts'];

/** The text of a query whose times are written as texts, so that both sides print them alike. */
export function sqlOf(query: Query, dialect: Dialect): string {
  const items = kindsOf(query).map((kind, i) => {
    const text = dialect === 'flink' ? `CAST(q.c${i} AS STRING)` : `strftime(q.c${i}, '%Y-%m-%d %H:%M:%S.%g')`;
    return `${kind === 'time' || kind === 'rowtime' ? text : `q.c${i}`} AS c${i}`;
  });
  return `SELECT ${items.join(', ')} FROM (${text(query, dialect)}) AS q`;
}

function text(query: Query, dialect: Dialect): string {
  switch (query.op) {
    case 'scan':
      return `SELECT ${COLUMNS.map((name, i) => `${name} AS c${i}`).join(', ')} FROM ${query.table}`;
    case 'filter':
      return `SELECT * FROM (${text(query.input, dialect)}) AS t WHERE ${columnsIn(query.condition)}`;
    case 'project':
      return `SELECT ${query.items.map(({ sql }, i) => `${columnsIn(sql)} AS c${i}`).join(', ')} FROM (${text(query.input, dialect)}) AS t`;
    case 'join':
      return join(query, dialect);
    case 'group':
      return group(query, dialect);
    case 'distinct':
      return `SELECT DISTINCT * FROM (${text(query.input, dialect)}) AS t`;
    case 'union':
      return `SELECT * FROM (${text(query.left, dialect)}) AS l UNION ALL SELECT * FROM (${text(query.right, dialect)}) AS r`;
    case 'set': {
      const operator = `${query.operator}${query.all ? ' ALL' : ''}`;
      return `SELECT * FROM (${text(query.left, dialect)}) AS l ${operator} SELECT * FROM (${text(query.right, dialect)}) AS r`;
    }
    case 'member': {
      const { left, right, form, leftColumn, rightColumn } = query;
      const from = `(${text(right, dialect)}) AS r`;
      const test = form.endsWith('IN')
        ? `l.c${leftColumn} ${form} (SELECT r.c${rightColumn} FROM ${from})`
        : `${form} (SELECT 1 FROM ${from} WHERE r.c${rightColumn} = l.c${leftColumn})`;
      return `SELECT * FROM (${text(left, dialect)}) AS l WHERE ${test}`;
    }
    case 'value': {
      const { left, right, leftColumn, rightColumn, call } = query;
      const where = `WHERE t.c${rightColumn} = l.c${leftColumn}`;
      const value = `(SELECT ${calls([call], dialect)[0]} FROM (${text(right, dialect)}) AS t ${where})`;
      return `SELECT l.*, ${value} AS c${kindsOf(left).length} FROM (${text(left, dialect)}) AS l`;
    }
    case 'over':
      return over(query, dialect);
    case 'top':
      return top(query, dialect);
    case 'window':
      return dialect === 'flink' ? flinkWindow(query) : duckdbWindow(query);
  }
}

const named = (items: readonly string[]): string => items.map((item, i) => `${item} AS c${i}`).join(', ');

/** `{2}` is column 2 of the input, or of the two sides of a join. */
const columnsIn = (sql: string, leftWidth = Number.POSITIVE_INFINITY): string =>
  sql.replace(/\{(\d+)\}/g, (_, digits: string) => {
    const index = Number(digits);
    if (leftWidth === Number.POSITIVE_INFINITY) return `t.c${index}`;
    return index < leftWidth ? `l.c${index}` : `r.c${index - leftWidth}`;
  });

function join({ type, left, right, condition }: Extract<Query, { op: 'join' }>, dialect: Dialect): string {
  const [leftWidth, rightWidth] = [kindsOf(left).length, kindsOf(right).length];
  const items = [...Array(leftWidth).keys()].map((i) => `l.c${i}`).concat([...Array(rightWidth).keys()].map((i) => `r.c${i}`));
  const from = `(${text(left, dialect)}) AS l ${type} JOIN (${text(right, dialect)}) AS r`;
  return `SELECT ${named(items)} FROM ${from} ON ${columnsIn(condition, leftWidth)}`;
}

/** The calls, each with `window` behind it: OVER (...) or nothing. */
function calls(list: readonly Call[], dialect: Dialect, window = ''): string[] {
  return list.map((call) => {
    const filter = `${call.filter === undefined ? '' : ` FILTER (WHERE ${columnsIn(call.filter)})`}${window}`;
    const argument = call.column === undefined ? '*' : `${call.distinct ? 'DISTINCT ' : ''}t.c${call.column}`;
    // The mean of integers is one, cut towards zero.
    if (call.function === 'AVG' && dialect === 'duckdb') {
      return `CAST(TRUNC(SUM(${argument})${filter} / COUNT(${argument})${filter}) AS BIGINT)`;
    }
    return `${call.function}(${argument})${filter}`;
  });
}

function top({ input, partition, order, limit, numbered }: Extract<Query, { op: 'top' }>, dialect: Dialect): string {
  const keys = partition.length === 0 ? '' : `PARTITION BY ${partition.map((key) => `t.c${key}`).join(', ')} `;
  const width = kindsOf(input).length;
  const items = [...Array(width).keys()].map((i) => `c${i}`).concat(numbered ? [`rn AS c${width}`] : []);
  const ranked = `SELECT t.*, ROW_NUMBER() OVER (${keys}ORDER BY ${orderBy(order)}) AS rn FROM (${text(input, dialect)}) AS t`;
  return `SELECT ${items.join(', ')} FROM (${ranked}) AS n WHERE rn <= ${limit}`;
}

function group({ input, keys, calls: list, rollup = false }: Extract<Query, { op: 'group' }>, dialect: Dialect): string {
  const columns = keys.map((key) => `t.c${key}`);
  const isGlobal = keys.length === 0 || rollup;
  const by = rollup ? `ROLLUP (${columns.join(', ')})` : columns.join(', ');
  const groupBy = keys.length === 0 ? '' : ` GROUP BY ${by}`;
  // Over no rows Flink's stream has no row, where a batch has one.
  const having = isGlobal && dialect === 'duckdb' ? ' HAVING COUNT(*) > 0' : '';
  return `SELECT ${named([...columns, ...calls(list, dialect)])} FROM (${text(input, dialect)}) AS t${groupBy}${having}`;
}

const orderBy = (order: Order): string =>
  order.map(({ column, descending }) => `t.c${column} ${descending ? 'DESC NULLS LAST' : 'ASC NULLS FIRST'}`).join(', ');

function over({ input, partition, order, preceding, calls: list }: Extract<Query, { op: 'over' }>, dialect: Dialect): string {
  const keys = partition.length === 0 ? '' : `PARTITION BY ${partition.map((key) => `t.c${key}`).join(', ')} `;
  const frame = preceding === undefined ? '' : ` ROWS BETWEEN ${preceding} PRECEDING AND CURRENT ROW`;
  const window = ` OVER (${keys}ORDER BY ${orderBy(order)}${frame})`;
  const width = kindsOf(input).length;
  const items = calls(list, dialect, window).map((call, i) => `${call} AS c${width + i}`);
  return `SELECT t.*, ${items.join(', ')} FROM (${text(input, dialect)}) AS t`;
}

type WindowQuery = Extract<Query, { op: 'window' }>;

function flinkWindow({ input, time, size, slide, keys, calls: list }: WindowQuery): string {
  const sizes = size === slide ? `INTERVAL '${size}' SECOND` : `INTERVAL '${slide}' SECOND, INTERVAL '${size}' SECOND`;
  const window = `TABLE(${size === slide ? 'TUMBLE' : 'HOP'}(TABLE w, DESCRIPTOR(c${time}), ${sizes})) AS t`;
  const columns = keys.map((key) => `t.c${key}`);
  const groupBy = ['window_start', 'window_end', ...columns].join(', ');
  const items = named(['window_start', ...columns, ...calls(list, 'flink')]);
  return `WITH w AS (${text(input, 'flink')}) SELECT ${items} FROM ${window} GROUP BY ${groupBy}`;
}

function duckdbWindow({ input, time, size, slide, keys, calls: list }: WindowQuery): string {
  const start = `time_bucket(INTERVAL '${slide} seconds', i.c${time}, TIMESTAMP '1970-01-01') - to_seconds(n.n * ${slide})`;
  const rows = `SELECT i.*, ${start} AS window_start FROM (${text(input, 'duckdb')}) AS i, (SELECT UNNEST(RANGE(${size / slide})) AS n) AS n`;
  const columns = keys.map((key) => `t.c${key}`);
  const items = named(['window_start', ...columns, ...calls(list, 'duckdb')]);
  return `SELECT ${items} FROM (${rows}) AS t GROUP BY ${['window_start', ...columns].join(', ')}`;
}
