-- The mean of a value that grows by one each second, printed whenever it changes.
-- The first program of every tutorial on Spark's structured streaming: its rate source at one row a second, avg(value), the console.
-- Run it with `millstream run examples/rate-average.sql`; Ctrl-C ends it.

CREATE TABLE ticks WITH ('connector' = 'rate', 'rowsPerSecond' = '1');

-- 'output-mode' = 'append' would be refused: it prints rows that never change, and a running mean changes with every row.
CREATE TABLE averages (mean DOUBLE) WITH ('connector' = 'console', 'output-mode' = 'complete');

-- AVG of a BIGINT would be a BIGINT, cut to whole numbers.
INSERT INTO averages SELECT AVG(CAST(`value` AS DOUBLE)) AS mean FROM ticks;
