-- NDJSON of 240-byte rows -> bids per auction in 10 s -> NDJSON.
CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, `dateTime` TIMESTAMP(3), extra VARCHAR,
  WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = '${input}', 'format' = 'json');

CREATE TABLE sink (window_start TIMESTAMP(3), auction BIGINT, num BIGINT) WITH ('connector' = 'filesystem', 'path' = '${output}', 'format' = 'json');

INSERT INTO sink
SELECT window_start, auction, COUNT(*) AS num
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(`dateTime`), INTERVAL '10' SECOND))
GROUP BY window_start, window_end, auction;
