-- Kafka JSON of 224-byte rows -> bids and their sum per auction in 10 s -> Kafka JSON, exactly once.
CREATE TABLE bids (
  auction BIGINT, bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, `dateTime` TIMESTAMP(3), extra VARCHAR,
  WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '4' SECOND
) WITH ('connector' = 'kafka', 'topic' = '${source}', 'format' = 'json', 'properties.bootstrap.servers' = '${bootstrap}',
  'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset');

CREATE TABLE sink (window_start TIMESTAMP(3), auction BIGINT, num BIGINT, total BIGINT)
WITH ('connector' = 'kafka', 'topic' = '${sink}', 'format' = 'json', 'properties.bootstrap.servers' = '${bootstrap}',
  'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = '${sink}');

INSERT INTO sink
SELECT window_start, auction, COUNT(*) AS num, SUM(price) AS total
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(`dateTime`), INTERVAL '10' SECOND))
GROUP BY window_start, window_end, auction;
