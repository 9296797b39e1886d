-- A stream without a broker: topics in the folder logs, durable, which any number of programs write and read at once.
-- Run it with `millstream run examples/stream.sql`; remove the folder logs to begin anew.
-- With 'connector' = 'kafka' and 'properties.bootstrap.servers' in place of 'path' the same script works with Kafka.

CREATE TABLE flights (departure TIMESTAMP(3), origin STRING, destination STRING, delay INT)
WITH ('connector' = 'filesystem', 'path' = 'examples/data/flights.ndjson', 'format' = 'json');

-- Records with equal keys go to one partition, in order. Reading ends here at the newest record; without 'scan.bounded.mode' it goes on as records come.
CREATE TABLE departures (departure TIMESTAMP(3), origin STRING, destination STRING, delay INT)
WITH ('connector' = 'log', 'path' = 'logs', 'topic' = 'departures', 'partitions' = '2', 'key.format' = 'raw', 'key.fields' = 'origin',
      'value.format' = 'json', 'scan.bounded.mode' = 'latest-offset', 'sink.delivery-guarantee' = 'exactly-once');

-- A table with a primary key holds the newest row of each: rows before it are removed from the topic in time.
CREATE TABLE airports (origin STRING, flights BIGINT, worst_delay INT, PRIMARY KEY (origin) NOT ENFORCED)
WITH ('connector' = 'log', 'path' = 'logs', 'topic' = 'airports', 'key.format' = 'raw', 'value.format' = 'json', 'scan.bounded.mode' = 'latest-offset');

INSERT INTO departures SELECT departure, origin, destination, delay FROM flights;

INSERT INTO airports SELECT origin, COUNT(*), MAX(delay) FROM departures GROUP BY origin;

SELECT origin, flights, worst_delay FROM airports ORDER BY flights DESC, origin LIMIT 5;
