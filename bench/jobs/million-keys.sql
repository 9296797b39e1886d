-- A million different keys, in random order: COUNT and SUM per key.
CREATE TABLE source (k BIGINT, v BIGINT) WITH (
  'connector' = 'datagen', 'number-of-rows' = '${events}', 'rows-per-second' = '1000000000',
  'fields.k.min' = '1', 'fields.k.max' = '1000000', 'fields.v.min' = '0', 'fields.v.max' = '1000'
);

CREATE TABLE sink (k BIGINT, n BIGINT, total BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'blackhole');

INSERT INTO sink
SELECT k, COUNT(*) AS n, SUM(v) AS total FROM source GROUP BY k;
