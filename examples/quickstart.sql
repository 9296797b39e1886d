-- Recorded departures of flights in the USA, January to March 2001 (see examples/data/README.md).
CREATE TABLE flights (
  departure TIMESTAMP(3),
  origin STRING,
  destination STRING,
  distance INT,
  delay INT,
  WATERMARK FOR departure AS departure - INTERVAL '1' HOUR
) WITH (
  'connector' = 'filesystem',
  'path' = 'examples/data/flights.ndjson',
  'format' = 'json'
);

-- The busiest airports: a result that changes with every flight.
SELECT
  origin,
  COUNT(*) AS flights,
  COUNT(*) FILTER (WHERE delay > 15) AS delayed,
  CAST(AVG(CAST(delay AS DOUBLE)) AS DECIMAL(6, 1)) AS mean_delay,
  MAX(delay) AS worst_delay,
  MAX(departure) AS last_departure
FROM flights
WHERE origin IN ('ORD', 'DFW', 'LAX', 'ATL', 'PHX', 'STL', 'LAS', 'EWR', 'IAH', 'DEN', 'PHL', 'MSP')
GROUP BY origin;
