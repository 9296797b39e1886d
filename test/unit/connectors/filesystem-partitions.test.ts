import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MillstreamEngine } from '../../sql-runner/millstream-engine.ts';
import { planWithout } from '../optimizer/plan-with.ts';
import { temporaryFolder } from './filesystem-support.ts';

/** A session, and a folder for its table `t`, partitioned by day and hour. */
async function begin(options = '', columns = 'a INT, b STRING, dt STRING, h INT') {
  const folder = join(temporaryFolder(), 'table');
  const engine = await MillstreamEngine.open();
  await engine.execute(
    `CREATE TABLE t (${columns}) PARTITIONED BY (dt, h) WITH ('connector' = 'filesystem', 'path' = '${folder}', 'format' = 'json'${options})`,
  );
  const rows = async (sql: string) => (await engine.execute(sql)).rows.map(({ row }) => row.replaceAll(', ', ',')).sort();
  return { folder, engine, rows };
}

/** All visible files below a folder, by path, with what is in them; part files without their names' unique part. */
function filesIn(folder: string, within = ''): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(join(folder, within), { withFileTypes: true })) {
    const path = join(within, entry.name);
    if (entry.isDirectory()) Object.assign(files, filesIn(folder, path));
    else files[path.replace(/part-.*-(\d+)-(\d+)$/, 'part-$1-$2')] = readFileSync(join(folder, path), 'utf8');
  }
  return files;
}

const fill = `INSERT INTO t VALUES (1, 'x', '2020-01-01', 7), (2, 'y', '2020-01-02', 7), (3, 'z', '2020-01-01', 7), (4, 'w', '2020-01-01', 8)`;

describe('a partitioned table of files', () => {
  it('is written into a folder for each partition, without the columns that the folder names', async () => {
    const { folder, engine } = await begin();
    await engine.execute(fill);
    expect(filesIn(folder)).toEqual({
      'dt=2020-01-01/h=7/part-0-0': '{"a":1,"b":"x"}\n{"a":3,"b":"z"}\n',
      'dt=2020-01-02/h=7/part-0-1': '{"a":2,"b":"y"}\n',
      'dt=2020-01-01/h=8/part-0-2': '{"a":4,"b":"w"}\n',
    });
    await engine.close();
  });

  it('reads the columns back from the names of folders', async () => {
    const { engine, rows } = await begin();
    await engine.execute(fill);
    expect(await rows('SELECT * FROM t')).toEqual([
      '[1,"x","2020-01-01",7]',
      '[2,"y","2020-01-02",7]',
      '[3,"z","2020-01-01",7]',
      '[4,"w","2020-01-01",8]',
    ]);
    expect(await rows('SELECT dt, h, COUNT(*) FROM t GROUP BY dt, h')).toContain('["2020-01-01",7,2]');
    expect(await rows('SELECT h, b FROM t WHERE a = 4')).toEqual(['[8,"w"]']);
    await engine.close();
  });

  it('escapes what folders are not called in Flink, and has a name for NULL and empty texts', async () => {
    const { folder, engine, rows } = await begin();
    await engine.execute(`INSERT INTO t VALUES (1, 'x', 'a/b=c:d%', 1), (2, 'y', CAST(NULL AS STRING), 1), (3, 'z', '', 1)`);
    expect(readdirSync(folder).sort()).toEqual(['dt=__DEFAULT_PARTITION__', 'dt=a%2Fb%3Dc%3Ad%25']);
    expect(await rows('SELECT a, dt FROM t')).toEqual(['[1,"a/b=c:d%"]', '[2,null]', '[3,null]']);
    await engine.close();
  });

  it('reads only the partitions that a condition wants', async () => {
    const { folder, engine, rows } = await begin();
    await engine.execute(fill);
    // A file that cannot be read, in a partition that is not wanted.
    mkdirSync(join(folder, 'dt=2021-01-01/h=9'), { recursive: true });
    writeFileSync(join(folder, 'dt=2021-01-01/h=9/part-x'), 'no json\n');
    expect(await rows(`SELECT a FROM t WHERE dt < '2021' AND h + 1 = 8`)).toEqual(['[1]', '[2]', '[3]']);
    await expect(engine.execute(`SELECT a FROM t WHERE h > 1`)).rejects.toMatchObject({ code: 'MS2101' });
    await engine.close();
  });

  it('says in EXPLAIN which partitions a condition wants', async () => {
    const table = `CREATE TABLE t (a INT, dt STRING, h INT) PARTITIONED BY (dt, h) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'json');`;
    const plan = await planWithout([], table, `SELECT a FROM t WHERE dt < '2021' AND a > 0`);
    expect(plan).toMatch(/partitions=\[[^\]]*dt < '2021'[^\]]*\]/);
    expect(plan).not.toMatch(/partitions=\[[^\]]*\ba\b/);
  });

  it('does not read files outside of partitions, and refuses values that are none of the column', async () => {
    const { folder, engine, rows } = await begin();
    await engine.execute(fill);
    writeFileSync(join(folder, 'stray'), 'no json\n');
    expect(await rows('SELECT a FROM t')).toEqual(['[1]', '[2]', '[3]', '[4]']);
    mkdirSync(join(folder, 'dt=2020-01-01/h=noon'));
    writeFileSync(join(folder, 'dt=2020-01-01/h=noon/part-x'), '{"a":5}\n');
    await expect(engine.execute('SELECT h FROM t')).rejects.toMatchObject({ code: 'MS3039' });
    await engine.close();
  });

  it('takes constants by PARTITION, and other columns from the query', async () => {
    const { engine, rows } = await begin();
    await engine.execute(`INSERT INTO t PARTITION (dt = '2020-05-05') SELECT 1, 'x', 3`);
    await engine.execute(`INSERT INTO t PARTITION (dt = '2020-05-05', h = 4) (b) SELECT 'y'`);
    expect(await rows('SELECT * FROM t')).toEqual(['[1,"x","2020-05-05",3]', '[null,"y","2020-05-05",4]']);
    await expect(engine.execute(`INSERT INTO t PARTITION (a = 1) SELECT 'x', 'd', 3`)).rejects.toMatchObject({ code: 'MS1360' });
    await expect(engine.execute(`INSERT INTO t PARTITION (dt = 'd') SELECT 1, 'x', 'd', 3`)).rejects.toMatchObject({ code: 'MS1206' });
    await engine.close();
  });

  it('shows its partitions', async () => {
    const { engine, rows } = await begin();
    expect(await rows('SHOW PARTITIONS t')).toEqual([]);
    await engine.execute(fill);
    expect(await rows('SHOW PARTITIONS t')).toEqual(['["dt=2020-01-01/h=7"]', '["dt=2020-01-01/h=8"]', '["dt=2020-01-02/h=7"]']);
    expect(await rows(`SHOW PARTITIONS t PARTITION (h = 7)`)).toEqual(['["dt=2020-01-01/h=7"]', '["dt=2020-01-02/h=7"]']);
    await expect(engine.execute(`SHOW PARTITIONS t PARTITION (a = 7)`)).rejects.toMatchObject({ code: 'MS1360' });
    await engine.close();
  });

  it('is replaced by INSERT OVERWRITE where it gets rows, in batch mode', async () => {
    const { engine, rows } = await begin();
    await engine.execute(fill);
    await expect(engine.execute(`INSERT OVERWRITE t VALUES (9, 'n', '2020-01-01', 7)`)).rejects.toMatchObject({ code: 'MS1402' });
    await engine.execute(`SET 'execution.runtime-mode' = 'batch'`);
    await engine.execute(`INSERT OVERWRITE t VALUES (9, 'n', '2020-01-01', 7)`);
    expect(await rows('SELECT a FROM t')).toEqual(['[2]', '[4]', '[9]']);
    await engine.execute(`INSERT OVERWRITE t PARTITION (dt = '2020-01-02', h = 7) SELECT a, b FROM t WHERE a > 100`);
    expect(await rows('SELECT a FROM t')).toEqual(['[4]', '[9]']);
    await engine.close();
  });

  it('tells by a file when a partition is whole', async () => {
    const options = `, 'sink.partition-commit.policy.kind' = 'success-file', 'sink.partition-commit.success-file.name' = 'whole'`;
    const { folder, engine, rows } = await begin(options);
    await engine.execute(fill);
    expect(existsSync(join(folder, 'dt=2020-01-01/h=7/whole'))).toBe(true);
    // Names that begin with _ or . are not read; this one is, but has nothing in it.
    expect(await rows('SELECT a FROM t')).toEqual(['[1]', '[2]', '[3]', '[4]']);
    await engine.close();
  });

  it('wants a time of partitions that are committed by it', async () => {
    const options = `, 'sink.partition-commit.policy.kind' = 'success-file', 'sink.partition-commit.trigger' = 'partition-time',
      'partition.time-extractor.timestamp-pattern' = '$dt at $h'`;
    const { engine } = await begin(options);
    await expect(engine.execute(fill)).rejects.toMatchObject({ code: 'MS3039' });
    await engine.close();
  });

  it('is declared with columns that can be partitioned by', async () => {
    const engine = await MillstreamEngine.open();
    const create = (columns: string, by: string, more = '') =>
      engine.execute(
        `CREATE TABLE t (${columns}) PARTITIONED BY (${by}) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'json'${more})`,
      );
    await expect(create('a INT', 'b')).rejects.toMatchObject({ code: 'MS1360' });
    await expect(create('a INT', 'a')).rejects.toMatchObject({ code: 'MS1360' });
    await expect(create('a INT, b INT', 'b, b')).rejects.toMatchObject({ code: 'MS1360' });
    await expect(create('a INT, b AS a + 1', 'b')).rejects.toMatchObject({ code: 'MS1360' });
    await expect(create('a INT, b DOUBLE', 'b')).rejects.toMatchObject({ code: 'MS1402' });
    const custom = `, 'sink.partition-commit.policy.kind' = 'metastore,success-file'`;
    await expect(create('a INT, b INT', 'b', custom)).rejects.toMatchObject({ code: 'MS1303' });
    await engine.close();
  });

  it('writes many partitions with few files open at once', async () => {
    const { folder, engine, rows } = await begin();
    const values = Array.from({ length: 1000 }, (_, i) => `(${i}, 'x', 'd${i % 250}', ${i % 2})`);
    await engine.execute(`INSERT INTO t VALUES ${values.join(', ')}`);
    expect(readdirSync(folder)).toHaveLength(250);
    expect(await rows('SELECT COUNT(*), SUM(a), COUNT(DISTINCT dt) FROM t')).toContain('[1000,499500,250]');
    await engine.close();
  });

  it('reads partitions of types other than texts', async () => {
    const folder = join(temporaryFolder(), 'table');
    const path = join(folder, 'b=true/d=2020-02-03/n=-7/part');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '{"a":1}\n{"a":2}\n');
    const engine = await MillstreamEngine.open();
    await engine.execute(
      `CREATE TABLE t (n BIGINT, d DATE, a INT, b BOOLEAN) PARTITIONED BY (b, d, n) WITH ('connector' = 'filesystem', 'path' = '${folder}', 'format' = 'json')`,
    );
    const { rows } = await engine.execute(`SELECT * FROM t WHERE d > DATE '2020-01-01' AND b`);
    expect(rows.map(({ row }) => row)).toEqual(['[-7, "2020-02-03", 1, true]', '[-7, "2020-02-03", 2, true]']);
    await engine.close();
  });
});
