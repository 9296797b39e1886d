-- Rows joined with a million others by a key that each of these has alone; both sides are kept.
CREATE TABLE rows_left (id BIGINT, amount BIGINT) WITH (
  'connector' = 'datagen', 'number-of-rows' = '${events}', 'rows-per-second' = '1000000000', 'fields.id.min' = '0', 'fields.id.max' = '999999'
);
CREATE TABLE rows_right (id BIGINT, rate BIGINT) WITH (
  'connector' = 'datagen', 'number-of-rows' = '1000000', 'rows-per-second' = '1000000000', 'fields.id.kind' = 'sequence', 'fields.id.start' = '0', 'fields.id.end' = '999999'
);
CREATE TABLE sink (id BIGINT, amount BIGINT, rate BIGINT) WITH ('connector' = 'blackhole');

INSERT INTO sink SELECT l.id, l.amount, r.rate FROM rows_left AS l JOIN rows_right AS r ON l.id = r.id;
