import type { Session } from '../../api/session.ts';

/** Words that statements are made of; the rest of the reserved words would only be in the way. */
const KEYWORDS =
  `SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT OFFSET DISTINCT AS AND OR NOT IN IS NULL LIKE BETWEEN CASE WHEN THEN ELSE END CAST TRY_CAST
  UNION ALL INTERSECT EXCEPT VALUES WITH JOIN LEFT RIGHT FULL INNER OUTER CROSS ON USING TUMBLE HOP CUMULATE SESSION DESCRIPTOR INTERVAL SECOND
  MINUTE HOUR DAY FILTER OVER PARTITION CREATE TEMPORARY TABLE VIEW IF EXISTS LIKE PRIMARY KEY ENFORCED WATERMARK FOR METADATA INSERT INTO
  OVERWRITE DROP ALTER RENAME TO SHOW TABLES VIEWS FUNCTIONS COLUMNS DESCRIBE EXPLAIN CHANGELOG_MODE CODEGEN PLAN SET RESET EXECUTE STATEMENT
  BEGIN BOOLEAN TINYINT SMALLINT INT BIGINT FLOAT DOUBLE DECIMAL CHAR VARCHAR STRING BYTES DATE TIME TIMESTAMP TIMESTAMP_LTZ ROW ARRAY MAP
  TRUE FALSE HELP QUIT EXIT CLEAR`.split(/\s+/);

const WORD = /[\p{L}\p{N}_$]*$/u;

/**
 * What the word at the end of a line may go on to: keywords and functions in the case it is written in, names of tables, views and
 * columns as they are.
 */
export function complete(line: string, session: Session): [string[], string] {
  const word = WORD.exec(line)?.[0] ?? '';
  if (word === '') return [[], word];
  const names = [...session.catalog.names(), ...columnNames(session)].filter((name) => name.startsWith(word));
  const upper = word.toUpperCase();
  const words = [...KEYWORDS, ...session.functions.names()].filter((keyword) => keyword.startsWith(upper));
  const written = word === upper ? words : words.map((keyword) => keyword.toLowerCase());
  return [[...new Set([...names, ...written])].sort(), word];
}

function columnNames(session: Session): string[] {
  return session.catalog.entries().flatMap((entry) => (entry.kind === 'table' ? entry.columns.map(({ name }) => name) : entry.columns));
}
