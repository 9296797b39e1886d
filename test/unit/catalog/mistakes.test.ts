import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/api/session.ts';
import { SqlError } from '../../../src/common/errors.ts';

/** What a user sees of a mistake: code, message, the text that is marked, and the hint. */
type Told = readonly [code: string, message: string, marked: string | undefined, hint: string | undefined];

/** The mistake in the last statement of a script; the ones before it are run. */
async function mistake(text: string): Promise<Told> {
  const session = await Session.open();
  try {
    for (const statement of session.parse(text)) await session.run(statement, text);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { code, message, span, hint } = error;
    return [code, message, span && text.slice(span.start, span.end), hint];
  }
  throw new Error('there is no mistake');
}

const FILE = "'connector' = 'filesystem', 'path' = 'x.json', 'format' = 'json'";
const table = (options: string, name = 't', columns = 'a INT'): string => `CREATE TABLE ${name} (${columns}) WITH (${options});\n`;
const connectors = 'blackhole, console, datagen, filesystem, kafka, log, nexmark, print, rate, state, upsert-kafka';

describe('settings', () => {
  it.each<readonly [string, Told]>([
    [
      "SET 'table.local-timezone' = 'UTC'",
      ['MS1301', "there is no setting 'table.local-timezone'", "'table.local-timezone'", 'did you mean table.local-time-zone?'],
    ],
    ["SET 'foo.bar' = '1'", ['MS1301', "there is no setting 'foo.bar'", "'foo.bar'", 'SET without arguments lists what is set']],
    ["RESET 'pipeline.nam'", ['MS1301', "there is no setting 'pipeline.nam'", "'pipeline.nam'", 'did you mean pipeline.name?']],
    [
      "SET 'parallelism.default' = 'two'",
      ['MS1303', "option 'parallelism.default' of SET is 'two', but takes an integer of 32 bits", "'two'", undefined],
    ],
    [
      "SET 'millstream.changelog' = 'batches'",
      [
        'MS1303',
        "option 'millstream.changelog' of SET is 'batches', but takes one of 'batch', 'record'",
        "'batches'",
        "did you mean 'batch'?",
      ],
    ],
    [
      "SET 'table.exec.state.ttl' = '1 fortnight'",
      [
        'MS1303',
        "option 'table.exec.state.ttl' of SET is '1 fortnight', but takes a duration such as '5 s', '1 min' or '500 ms'",
        "'1 fortnight'",
        undefined,
      ],
    ],
    [
      "SET 'table.exec.mini-batch.enabled' = 'yes'",
      ['MS1303', "option 'table.exec.mini-batch.enabled' of SET is 'yes', but takes true or false", "'yes'", undefined],
    ],
    [
      "SET 'table.local-time-zone' = 'Mars/Olympus'",
      [
        'MS1303',
        "'Mars/Olympus' is no time zone",
        "'Mars/Olympus'",
        "take an IANA name such as 'Europe/Berlin', 'UTC', or an offset such as '+01:00'",
      ],
    ],
    [
      "SET 'millstream.optimizer.disabled' = 'merge-calcs, prune-colums'",
      ['MS1303', "the optimizer has no pass 'prune-colums'", "'merge-calcs, prune-colums'", 'did you mean prune-columns?'],
    ],
  ])('%s', async (text, told) => {
    expect(await mistake(text)).toEqual(told);
  });

  it('are as they were after a mistake', async () => {
    const session = await Session.open();
    const text = "SET 'millstream.changelog' = 'record'; SET 'millstream.changelog' = 'no'";
    const [good, bad] = session.parse(text);
    await session.run(good!, text);
    await expect(session.run(bad!, text)).rejects.toThrow(SqlError);
    expect(session.settings.get('millstream.changelog')).toBe('record');
  });
});

describe('options of tables', () => {
  it.each<readonly [string, Told]>([
    ['CREATE TABLE t (a INT)', ['MS1304', "table t has no 'connector'", 't', `add WITH ('connector' = '...'); there are: ${connectors}`]],
    [table("'conector' = 'print'"), ['MS1304', "table t has no 'connector'", "'conector' = 'print'", "did you mean 'connector'?"]],
    [
      table("'connector' = 'filesystm'"),
      ['MS1305', "there is no connector 'filesystm'", "'connector' = 'filesystm'", 'did you mean filesystem?'],
    ],
    [table("'connector' = 'pulsar'"), ['MS1305', "there is no connector 'pulsar'", "'connector' = 'pulsar'", `there are: ${connectors}`]],
    [
      table("'connector' = 'filesystem', 'path' = 'x'"),
      ['MS1306', "connector 'filesystem' needs a 'format'", "'connector' = 'filesystem'", 'there are: csv, json, raw'],
    ],
    [
      table("'connector' = 'filesystem', 'path' = 'x', 'format' = 'jsn'"),
      ['MS1306', "there is no format 'jsn'", "'format' = 'jsn'", 'did you mean json?'],
    ],
    [
      table("'connector' = 'filesystem', 'path' = 'x', 'format' = 'orc'"),
      ['MS1306', "there is no format 'orc'", "'format' = 'orc'", 'there are: csv, json, raw'],
    ],
    [
      table(`${FILE}, 'json.ignore-parse-error' = 'true'`),
      [
        'MS1301',
        "connector 'filesystem' has no option 'json.ignore-parse-error'",
        "'json.ignore-parse-error' = 'true'",
        "did you mean 'json.ignore-parse-errors'?",
      ],
    ],
    [
      table(`${FILE}, 'csv.ignore-parse-errors' = 'true'`),
      [
        'MS1301',
        "connector 'filesystem' has no option 'csv.ignore-parse-errors'",
        "'csv.ignore-parse-errors' = 'true'",
        "did you mean 'json.ignore-parse-errors'?",
      ],
    ],
    [
      table(`${FILE}, 'json.ignore-parse-errors' = 'yes'`),
      [
        'MS1303',
        "option 'json.ignore-parse-errors' of connector 'filesystem' is 'yes', but takes true or false",
        "'json.ignore-parse-errors' = 'yes'",
        undefined,
      ],
    ],
    [
      table(`${FILE}, 'source.monitor-interval' = 'soon'`),
      [
        'MS1303',
        "option 'source.monitor-interval' of connector 'filesystem' is 'soon', but takes a duration such as '5 s', '1 min' or '500 ms'",
        "'source.monitor-interval' = 'soon'",
        undefined,
      ],
    ],
    [
      table(`${FILE}, 'json.fail-on-missing-field' = 'true', 'json.ignore-parse-errors' = 'true'`),
      ['MS2104', 'fail-on-missing-field and ignore-parse-errors of the json format cannot both be true', "'format' = 'json'", undefined],
    ],
    [
      table("'connector' = 'filesystem', 'path' = 'x', 'format' = 'csv', 'csv.field-delimiter' = '::'"),
      ['MS1304', `option 'csv.field-delimiter' must be a single character, not "::"`, "'format' = 'csv'", undefined],
    ],
    [
      table("'connector' = 'datagen', 'fields.a.knd' = 'random'"),
      ['MS1301', "connector 'datagen' has no option 'fields.a.knd'", "'fields.a.knd' = 'random'", "did you mean 'fields.a.kind'?"],
    ],
    [
      `${table(FILE)}SELECT * FROM t /*+ OPTIONS('pth' = 'y') */`,
      ['MS1301', "connector 'filesystem' has no option 'pth'", "'pth' = 'y'", "did you mean 'path'?"],
    ],
    [
      `${table("'connector' = 'print'")}SELECT * FROM t`,
      ['MS1307', "connector 'print' of table t cannot be read from", 't', 'it is a sink only'],
    ],
    [
      `${table("'connector' = 'datagen'")}INSERT INTO t VALUES (1)`,
      ['MS1307', "connector 'datagen' of table t cannot be written to", 't', undefined],
    ],
  ])('%s', async (text, told) => {
    expect(await mistake(text)).toEqual(told);
  });

  it('that are missing are explained', async () => {
    const [code, message, marked, hint] = await mistake(table("'connector' = 'filesystem', 'format' = 'json'"));
    expect([code, message, marked]).toEqual(['MS1302', "connector 'filesystem' needs the option 'path'", "'connector' = 'filesystem'"]);
    expect(hint).toMatch(/^'path' is text: A path/);
  });
});

describe('policies for bad records', () => {
  const columns = '(source STRING, line BIGINT, byte_offset BIGINT, reason STRING, record BYTES)';
  const declare = `declare it with the columns ${columns}, in this order; their names are free`;
  const toDead = table(`${FILE}, 'bad-records' = 'dead-letter', 'bad-records.table' = 'dead'`);
  const dead = (types: string, connector = 'print'): string =>
    `${toDead}${table(`'connector' = '${connector}'`, 'dead', types)}SELECT * FROM t`;
  const cannot = 'table dead cannot take the bad records of table t: ';

  it.each<readonly [string, Told]>([
    [
      table(`${FILE}, 'badrecords' = 'skip'`),
      ['MS1301', "connector 'filesystem' has no option 'badrecords'", "'badrecords' = 'skip'", "did you mean 'bad-records'?"],
    ],
    [
      table(`${FILE}, 'bad-records' = 'deadletter'`),
      [
        'MS1303',
        "option 'bad-records' of connector 'filesystem' is 'deadletter', but takes one of 'fail', 'skip', 'dead-letter'",
        "'bad-records' = 'deadletter'",
        "did you mean 'dead-letter'?",
      ],
    ],
    [
      table(`${FILE}, 'bad-records' = 'dead-letter'`),
      [
        'MS1302',
        'table t sends bad records to a dead-letter table, but names none',
        "'bad-records' = 'dead-letter'",
        `add 'bad-records.table' = '...', the name of a table with the columns ${columns}`,
      ],
    ],
    [
      table(`${FILE}, 'bad-records.table' = 'dead'`),
      [
        'MS1304',
        'table t names a table for bad records, but does not send them there',
        "'bad-records.table' = 'dead'",
        "add 'bad-records' = 'dead-letter', or leave 'bad-records.table' out",
      ],
    ],
    [
      `${table(FILE)}SELECT * FROM t /*+ OPTIONS('bad-records' = 'dead-letter') */`,
      [
        'MS1302',
        'table t sends bad records to a dead-letter table, but names none',
        't',
        `add 'bad-records.table' = '...', the name of a table with the columns ${columns}`,
      ],
    ],
    [
      `${toDead}SELECT * FROM t`,
      ['MS1101', 'there is no table dead for the bad records of table t', 't', `create it: CREATE TABLE dead ${columns} WITH (...)`],
    ],
    [
      `${toDead}${table("'connector' = 'print'", 'dad')}SELECT * FROM t`,
      ['MS1101', 'there is no table dead for the bad records of table t', 't', 'did you mean dad?'],
    ],
    [
      `${toDead}CREATE VIEW dead AS SELECT 1; SELECT * FROM t`,
      ['MS1307', "bad records of table t cannot be written to 'dead': dead is a view", 't', undefined],
    ],
    [
      dead('a INT', 'datagen'),
      ['MS1307', "bad records of table t cannot be written to 'dead': connector 'datagen' of table dead is a source only", 't', undefined],
    ],
    [
      toDead.replaceAll("'dead'", "'t'").concat('SELECT * FROM t'),
      ['MS1307', "bad records of table t cannot be written to 't': that is the table itself", 't', undefined],
    ],
    [dead('a INT'), ['MS1308', `${cannot}it has 1 column to write, not 5`, 't', declare]],
    [dead('s STRING, l INT, o BIGINT, r STRING, b BYTES'), ['MS1308', `${cannot}its column l is INT, not BIGINT`, 't', declare]],
    [
      dead('s STRING, l BIGINT, o BIGINT, r VARCHAR(10), b BYTES'),
      ['MS1308', `${cannot}its column r is VARCHAR(10), not STRING`, 't', declare],
    ],
    [dead('s STRING, l BIGINT, o BIGINT, r STRING, b STRING'), ['MS1308', `${cannot}its column b is STRING, not BYTES`, 't', declare]],
  ])('%s', async (text, told) => {
    expect(await mistake(text)).toEqual(told);
  });

  it('may be changed for one query', async () => {
    const skip = `${toDead}SELECT * FROM t /*+ OPTIONS('bad-records' = 'skip') */`;
    await expect(mistake(skip)).rejects.toThrow('there is no mistake');
    const other = "OPTIONS('bad-records' = 'dead-letter', 'bad-records.table' = 'd')";
    const target = table("'connector' = 'print'", 'd', columns.slice(1, -1));
    await expect(mistake(`${table(FILE)}${target}SELECT * FROM t /*+ ${other} */`)).rejects.toThrow('there is no mistake');
  });
});
