-- The mean over each category of what its auctions came to: the highest bid while an auction was open.
CREATE TABLE sink (id BIGINT, final BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'blackhole');

INSERT INTO sink
SELECT Q.category, AVG(Q.final)
FROM (
  SELECT MAX(B.price) AS final, A.category
  FROM auction AS A, bid AS B
  WHERE A.id = B.auction AND B.`dateTime` BETWEEN A.`dateTime` AND A.expires
  GROUP BY A.id, A.category
) AS Q
GROUP BY Q.category;
