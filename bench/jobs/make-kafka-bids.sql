-- Fills the topic of bids that the Kafka benchmark reads: NEXMark's, whose last text is cut so that a row has 224 bytes.
CREATE TABLE nexmark (
  event_type INT,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, `dateTime` TIMESTAMP(3), extra VARCHAR>
) WITH ('connector' = 'nexmark', 'events.num' = '${events}', 'first-event.rate' = '10000', 'next-event.rate' = '10000');

CREATE TABLE topic (auction BIGINT, bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, `dateTime` TIMESTAMP(3), extra VARCHAR)
WITH ('connector' = 'kafka', 'topic' = '${source}', 'format' = 'json', 'properties.bootstrap.servers' = '${bootstrap}');

INSERT INTO topic
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, bid.`dateTime`, SUBSTRING(bid.extra, 1, 34) FROM nexmark WHERE event_type = 2;
