/**
 * A column of every type, with NULLs and extreme numbers. Dates and times are those of test/sql/data/values.ndjson without the times
 * before 1970, which Flink rounds wrongly (docs/sql/differences.md), and without those from which a few hours lead out of all years.
 */
export const VALUES_TABLE = `CREATE TABLE vals (
  id INT NOT NULL, flag BOOLEAN, tiny TINYINT, small SMALLINT, whole INT, long BIGINT, single FLOAT, dbl DOUBLE,
  price DECIMAL(10, 2), wide DECIMAL(38, 10), name STRING, code VARCHAR(5), born DATE, clock TIME(0), moment TIMESTAMP(3),
  nano TIMESTAMP(9), instant TIMESTAMP_LTZ(3), bin BYTES, odd STRING
) WITH ('connector' = 'filesystem', 'path' = '$DATA/random.ndjson', 'format' = 'json')`;
