/** A job whose final results must not depend on how often its process was killed. Paths in it are relative to the folder it runs in. */
export interface CrashJob {
  readonly name: string;
  readonly sql: string;
  /** Files and folders that hold the results. */
  readonly outputs: readonly string[];
  /** Further folders that are removed before a run. */
  readonly removed?: readonly string[];
  /** A query that prints further results. In it and in `sql`, TOPIC stands for a topic of this run's own. */
  readonly results?: string;
}

/** A broker, and the topic with the bids that jobs read. */
export interface CrashBroker {
  readonly bootstrap: string;
  readonly bids: string;
}

/** Written once, before the jobs: what they read. The order of the second file's rows is not that of their times. */
export const inputSql = (events: number): string => `
${nexmark(events)}
CREATE TABLE bids (auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, ts TIMESTAMP(3))
WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');
INSERT INTO bids SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.\`dateTime\` FROM nexmark WHERE event_type = 2;
CREATE TABLE late (auction BIGINT, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = 'late.csv.gz', 'format' = 'csv');
INSERT INTO late SELECT bid.auction,
  CASE WHEN MOD(bid.bidder, 50) = 0 THEN bid.\`dateTime\` - INTERVAL '1' HOUR
       WHEN MOD(bid.bidder, 3) = 0 THEN bid.\`dateTime\` - INTERVAL '2' SECOND ELSE bid.\`dateTime\` END
FROM nexmark WHERE event_type = 2;
CREATE TABLE logged (auction BIGINT, price BIGINT, ts TIMESTAMP(3))
WITH ('connector' = 'log', 'path' = 'input.log', 'topic' = 'bids', 'format' = 'json', 'partitions' = '2');
INSERT INTO logged SELECT bid.auction, bid.price, bid.\`dateTime\` FROM nexmark WHERE event_type = 2;`;

function nexmark(events: number): string {
  return `CREATE TABLE nexmark (
  event_type INT,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, \`dateTime\` TIMESTAMP(3), extra STRING>,
  \`dateTime\` AS bid.\`dateTime\`,
  WATERMARK FOR \`dateTime\` AS \`dateTime\` - INTERVAL '4' SECOND
) WITH ('connector' = 'nexmark', 'events.num' = '${events}', 'first-event.rate' = '10000', 'next-event.rate' = '10000', 'seed' = '7');`;
}

const bids = `CREATE TABLE bids (auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'filesystem', 'path' = 'bids.ndjson', 'format' = 'json');`;

const sink = (columns: string, path: string, format = 'json'): string =>
  `CREATE TABLE results (${columns}) WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = '${format}');`;

const kafka = ({ bootstrap }: CrashBroker, topic: string, more = ''): string =>
  `WITH ('connector' = 'kafka', 'properties.bootstrap.servers' = '${bootstrap}', 'topic' = '${topic}', 'format' = 'json'${more})`;

const bounded = `, 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset', 'properties.isolation.level' = 'read_committed'`;
const COUNTED = 'window_start TIMESTAMP(3), auction BIGINT, n BIGINT, total BIGINT';
const READ = 'auction BIGINT, price BIGINT, ts TIMESTAMP(3)';

/** Fills the topic that the Kafka job reads. */
export const brokerSql = (events: number, broker: CrashBroker): string => `${nexmark(events)}
CREATE TABLE bids (${READ}) ${kafka(broker, broker.bids)};
INSERT INTO bids SELECT bid.auction, bid.price, bid.\`dateTime\` FROM nexmark WHERE event_type = 2;`;

/** From Kafka to Kafka, in transactions. */
export const kafkaJob = (broker: CrashBroker): CrashJob => ({
  name: 'kafka',
  outputs: [],
  sql: `CREATE TABLE bids (${READ}, WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) ${kafka(broker, broker.bids, bounded)};
CREATE TABLE counted (${COUNTED}) ${kafka(broker, 'TOPIC', `, 'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'TOPIC'`)};
INSERT INTO counted SELECT window_start, auction, COUNT(*), SUM(price) FROM TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND)
GROUP BY window_start, window_end, auction;`,
  results: `CREATE TABLE counted (${COUNTED}) ${kafka(broker, 'TOPIC', bounded)}; SELECT * FROM counted;`,
});

/** From log to log. The input is written once, before the jobs; results go to topics of the folder that is cleared before each run. */
const logOf = (path: string, topic: string, more: string): string =>
  `WITH ('connector' = 'log', 'path' = '${path}', 'topic' = '${topic}', 'format' = 'json'${more})`;
const toEnd = `, 'scan.bounded.mode' = 'latest-offset'`;

const logJob: CrashJob = {
  name: 'log',
  outputs: [],
  removed: ['results.log'],
  sql: `CREATE TABLE logged (${READ}, WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) ${logOf('input.log', 'bids', toEnd)};
CREATE TABLE counted (${COUNTED}) ${logOf('results.log', 'counted', `, 'partitions' = '2', 'sink.delivery-guarantee' = 'exactly-once'`)};
CREATE TABLE copied (${READ}) ${logOf('results.log', 'copied', `, 'sink.delivery-guarantee' = 'exactly-once'`)};
EXECUTE STATEMENT SET BEGIN
INSERT INTO counted SELECT window_start, auction, COUNT(*), SUM(price) FROM TUMBLE(TABLE logged, DESCRIPTOR(ts), INTERVAL '10' SECOND)
GROUP BY window_start, window_end, auction;
INSERT INTO copied SELECT auction, price, ts FROM logged;
END;`,
  results: `CREATE TABLE counted (${COUNTED}) ${logOf('results.log', 'counted', toEnd)}; SELECT * FROM counted;
CREATE TABLE copied (${READ}) ${logOf('results.log', 'copied', toEnd)}; SELECT * FROM copied;`,
};

/** The jobs over `events` events of NEXMark. */
export const crashJobs = (events: number): readonly CrashJob[] => [
  {
    name: 'q17',
    outputs: ['q17'],
    sql: `SET 'execution.runtime-mode' = 'batch';
${bids}
${sink('auction BIGINT, `day` STRING, n BIGINT, low BIGINT, lowest BIGINT, highest BIGINT, mean BIGINT, total BIGINT', 'q17')}
INSERT INTO results SELECT auction, DATE_FORMAT(ts, 'yyyy-MM-dd'), COUNT(*), COUNT(*) FILTER (WHERE price < 10000), MIN(price), MAX(price),
  AVG(price), SUM(price) FROM bids GROUP BY auction, DATE_FORMAT(ts, 'yyyy-MM-dd');`,
  },
  {
    name: 'hop',
    outputs: ['hop'],
    sql: `${nexmark(events)}
${sink('window_end TIMESTAMP(3), auction BIGINT, n BIGINT', 'hop', 'csv')}
INSERT INTO results SELECT window_end, bid.auction, COUNT(*)
FROM HOP(TABLE nexmark, DESCRIPTOR(\`dateTime\`), INTERVAL '2' SECOND, INTERVAL '10' SECOND)
WHERE event_type = 2 GROUP BY window_start, window_end, bid.auction;`,
  },
  {
    name: 'distinct',
    outputs: ['distinct.csv'],
    sql: `SET 'execution.runtime-mode' = 'batch';
${bids}
${sink('channel STRING, bidders BIGINT, auctions BIGINT', 'distinct.csv', 'csv')}
INSERT INTO results SELECT channel, COUNT(DISTINCT bidder), COUNT(DISTINCT auction) FROM bids GROUP BY channel;`,
  },
  {
    name: 'joined',
    outputs: ['joined'],
    sql: `SET 'execution.runtime-mode' = 'batch';
${bids}
${sink('auction BIGINT, bidder BIGINT, price BIGINT, n BIGINT', 'joined')}
INSERT INTO results SELECT b.auction, b.bidder, b.price, c.n FROM bids AS b
JOIN (SELECT auction, MAX(price) AS most, COUNT(*) AS n FROM bids GROUP BY auction) AS c ON b.auction = c.auction AND b.price * 2 > c.most;`,
  },
  {
    name: 'ranked',
    outputs: [],
    removed: ['ranked.log'],
    sql: `${bids}
CREATE TABLE ranked (auction BIGINT, place BIGINT, bidder BIGINT, price BIGINT, channel STRING, PRIMARY KEY (auction, place) NOT ENFORCED)
${logOf('ranked.log', 'ranked', `, 'key.format' = 'json', 'sink.delivery-guarantee' = 'exactly-once'`)};
INSERT INTO ranked SELECT auction, place, bidder, price, channel
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, ts, bidder) AS place FROM bids) WHERE place <= 3;`,
    results: `CREATE TABLE ranked (auction BIGINT, place BIGINT, bidder BIGINT, price BIGINT, channel STRING, PRIMARY KEY (auction, place) NOT ENFORCED)
${logOf('ranked.log', 'ranked', `, 'key.format' = 'json'${toEnd}`)}; SELECT COUNT(*), SUM(auction), SUM(place * bidder), SUM(price) FROM ranked;`,
  },
  {
    name: 'partitioned',
    outputs: ['partitioned'],
    sql: `${bids}
CREATE TABLE results (auction BIGINT, price BIGINT, dt STRING, s STRING) PARTITIONED BY (dt, s) WITH ('connector' = 'filesystem',
  'path' = 'partitioned', 'format' = 'csv', 'sink.partition-commit.policy.kind' = 'success-file',
  'sink.partition-commit.trigger' = 'partition-time', 'partition.time-extractor.timestamp-pattern' = '$dt $s');
INSERT INTO results SELECT auction, price, DATE_FORMAT(ts, 'yyyy-MM-dd'), DATE_FORMAT(ts, 'HH:mm:ss') FROM bids;`,
  },
  {
    name: 'late',
    outputs: ['late'],
    sql: `CREATE TABLE late (auction BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
WITH ('connector' = 'filesystem', 'path' = 'late.csv.gz', 'format' = 'csv');
${sink('window_start TIMESTAMP(3), auction BIGINT, n BIGINT', 'late')}
INSERT INTO results SELECT window_start, auction, COUNT(*) FROM TUMBLE(TABLE late, DESCRIPTOR(ts), INTERVAL '5' SECOND)
GROUP BY window_start, window_end, auction;`,
  },
  {
    name: 'several',
    outputs: ['cheap', 'dear.ndjson', 'channels.ndjson.gz'],
    sql: `${bids}
CREATE TABLE cheap (auction BIGINT, price BIGINT) WITH ('connector' = 'filesystem', 'path' = 'cheap', 'format' = 'csv');
CREATE TABLE dear (auction BIGINT, price BIGINT) WITH ('connector' = 'filesystem', 'path' = 'dear.ndjson', 'format' = 'json');
CREATE TABLE channels (channel STRING, ts TIMESTAMP(3))
WITH ('connector' = 'filesystem', 'path' = 'channels.ndjson.gz', 'format' = 'json');
EXECUTE STATEMENT SET BEGIN
INSERT INTO cheap SELECT auction, price FROM bids WHERE price < 1000;
INSERT INTO dear SELECT auction, price FROM bids WHERE price >= 1000;
INSERT INTO channels SELECT channel, ts FROM bids;
END;
CREATE TABLE total (n BIGINT, price BIGINT) WITH ('connector' = 'filesystem', 'path' = 'dear.ndjson', 'format' = 'json', 'sink.existing-file' = 'append');
INSERT INTO total SELECT 0, price FROM bids WHERE price < 500;`,
  },
  {
    name: 'busiest',
    outputs: ['busiest'],
    sql: `${bids}
CREATE TEMPORARY VIEW counted AS SELECT auction, COUNT(*) AS n, window_start, window_end
FROM HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '10' SECOND) GROUP BY auction, window_start, window_end;
${sink('auction BIGINT, n BIGINT, window_end TIMESTAMP(3)', 'busiest')}
INSERT INTO results SELECT c.auction, c.n, c.window_end FROM counted AS c
JOIN (SELECT MAX(n) AS most, window_start, window_end FROM counted GROUP BY window_start, window_end) AS m
ON c.window_start = m.window_start AND c.window_end = m.window_end AND c.n >= m.most;`,
  },
  {
    name: 'near',
    outputs: ['near'],
    sql: `${bids}
${sink('auction BIGINT, bidder BIGINT, price BIGINT, following BIGINT', 'near')}
CREATE TEMPORARY VIEW some_bids AS SELECT * FROM bids WHERE MOD(price, 31) = 0;
INSERT INTO results SELECT a.auction, a.bidder, a.price, b.price FROM some_bids AS a LEFT JOIN some_bids AS b
ON a.auction = b.auction AND a.bidder = b.bidder AND b.ts BETWEEN a.ts + INTERVAL '0.001' SECOND AND a.ts + INTERVAL '2' SECOND;`,
  },
  {
    name: 'versions',
    outputs: ['versions'],
    sql: `${bids}
CREATE TEMPORARY VIEW latest AS SELECT auction, price, ts FROM
(SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY ts DESC) AS n FROM bids WHERE MOD(bidder, 10) = 0) WHERE n = 1;
${sink('auction BIGINT, bidder BIGINT, price BIGINT, known BIGINT', 'versions')}
INSERT INTO results SELECT b.auction, b.bidder, b.price, l.price FROM bids AS b
LEFT JOIN latest FOR SYSTEM_TIME AS OF b.ts AS l ON b.auction = l.auction;`,
  },
  {
    name: 'over',
    outputs: ['over'],
    sql: `${bids}
${sink('auction BIGINT, bidder BIGINT, n BIGINT, total BIGINT, highest BIGINT', 'over')}
INSERT INTO results SELECT auction, bidder, COUNT(*) OVER w, SUM(price) OVER w, MAX(price) OVER w FROM bids
WINDOW w AS (PARTITION BY bidder ORDER BY ts ROWS BETWEEN 5 PRECEDING AND CURRENT ROW);`,
  },
  {
    name: 'sessions',
    outputs: ['sessions'],
    sql: `${bids}
${sink('bidder BIGINT, n BIGINT, total BIGINT, window_end TIMESTAMP(3)', 'sessions')}
INSERT INTO results SELECT bidder, COUNT(*), SUM(price), window_end
FROM SESSION(TABLE bids PARTITION BY bidder, DESCRIPTOR(ts), INTERVAL '1' SECOND) GROUP BY bidder, window_start, window_end;`,
  },
  {
    name: 'extremes',
    outputs: [],
    removed: ['extremes.log'],
    sql: `${bids}
CREATE TABLE extremes (channel STRING PRIMARY KEY NOT ENFORCED, most BIGINT, least BIGINT)
${logOf('extremes.log', 'extremes', `, 'key.format' = 'json', 'sink.delivery-guarantee' = 'exactly-once'`)};
INSERT INTO extremes SELECT channel, MAX(n), MIN(n) FROM (SELECT channel, auction, COUNT(*) AS n FROM bids GROUP BY channel, auction) GROUP BY channel;`,
    results: `CREATE TABLE extremes (channel STRING PRIMARY KEY NOT ENFORCED, most BIGINT, least BIGINT)
${logOf('extremes.log', 'extremes', `, 'key.format' = 'json'${toEnd}`)}; SELECT COUNT(*), SUM(most), SUM(least) FROM extremes;`,
  },
  logJob,
];
