-- Rows per auction in the last 10 s, every 2 s, at 10,000 rows a second of event time: from a source that Flink has too.
CREATE TABLE source (
  n BIGINT, auction AS n / 200 + MOD(n * 7919, 101), ts AS TO_TIMESTAMP_LTZ(n / 10, 3),
  WATERMARK FOR ts AS ts - INTERVAL '4' SECOND
) WITH (
  'connector' = 'datagen', 'rows-per-second' = '1000000000', 'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '${events}'
);

CREATE TABLE sink (auction BIGINT, num BIGINT, window_start TIMESTAMP(3), window_end TIMESTAMP(3)) WITH ('connector' = 'blackhole');

INSERT INTO sink
SELECT auction, COUNT(*) AS num, window_start, window_end
FROM TABLE(HOP(TABLE source, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '10' SECOND))
GROUP BY auction, window_start, window_end;
