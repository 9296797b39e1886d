-- The mean of what each seller's last ten auctions came to: of the bids that won, the ten that came last. Flink 2.3 does not run it: its OVER windows of rows that are updated have no bounds.
CREATE TABLE sink (seller BIGINT, id BIGINT, bid_dateTime TIMESTAMP(3), price BIGINT, final BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'blackhole');

INSERT INTO sink
SELECT seller, id, bid_dateTime, price,
  AVG(price) OVER (PARTITION BY seller ORDER BY bid_dateTime, id ROWS BETWEEN 9 PRECEDING AND CURRENT ROW)
FROM (
  SELECT A.id, A.seller, B.price, B.`dateTime` AS bid_dateTime,
    ROW_NUMBER() OVER (PARTITION BY A.id ORDER BY B.price DESC, B.`dateTime` ASC) AS rownum
  FROM auction AS A, bid AS B
  WHERE A.id = B.auction AND B.`dateTime` BETWEEN A.`dateTime` AND A.expires
)
WHERE rownum <= 1;
