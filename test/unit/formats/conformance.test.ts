import { types } from '../../../src/data/types/sql-type.ts';
import { Decimal } from '../../../src/data/values/decimal.ts';
import { LocalDate } from '../../../src/data/values/local-date.ts';
import { LocalTime } from '../../../src/data/values/local-time.ts';
import { Timestamp } from '../../../src/data/values/timestamp.ts';
import { TimestampLtz } from '../../../src/data/values/timestamp-ltz.ts';
import { csvFormat } from '../../../src/formats/csv/csv-format.ts';
import { jsonFormat } from '../../../src/formats/json/json-format.ts';
import { rawFormat } from '../../../src/formats/raw/raw-format.ts';
import { formatConformance } from '../../conformance/format.ts';
import { schemaOf } from './format-fixture.ts';

const flat = schemaOf({
  flag: types.boolean(),
  tiny: types.tinyint(),
  small: types.smallint(),
  n: types.int(),
  long: types.bigint(),
  real: types.double(),
  price: types.decimal(10, 2),
  wide: types.decimal(38, 10),
  text: types.string(),
  bytes: types.bytes(),
  day: types.date(),
  time: types.time(0),
  at: types.timestamp(3),
  fine: types.timestamp(9),
  instant: types.timestampLtz(3),
});

const TEXTS = [
  '',
  'a',
  'twelve bytes',
  'a text that does not fit into twelve bytes',
  'Ümläut 日本語 💥',
  '"quoted", \\ and; | \t',
  ' spaces ',
  'null',
  "it's",
];

/** Rows of all types, with as many nulls of ten values as asked for. */
function flatRows(nulls: number, emptyTexts: boolean): unknown[][] {
  const texts = emptyTexts ? TEXTS : TEXTS.slice(1);
  return Array.from({ length: 60 }, (_, i) => {
    const sign = i % 2 === 0 ? 1 : -1;
    const values = [
      i % 3 === 0,
      sign * (i % 128),
      sign * 500 * i,
      sign * 2_147_483_647,
      BigInt(sign) * (2n ** 63n - 1n - BigInt(i)),
      sign * (i / 8 + 1e-7),
      Decimal.from(`${sign * i}.${String(i % 100).padStart(2, '0')}`),
      Decimal.from(`${sign < 0 ? '-' : ''}1234567890123456789012345678.0123456789`),
      texts[i % texts.length],
      Uint8Array.from({ length: emptyTexts ? i % 20 : 1 + (i % 20) }, (_, n) => (n * 37 + i) % 256),
      LocalDate.from(`${String(1 + i * 150).padStart(4, '0')}-02-28`),
      LocalTime.from(`23:${String(i % 60).padStart(2, '0')}:59`),
      Timestamp.from(`2024-02-29 00:00:${String(i % 60).padStart(2, '0')}.${String(i).padStart(3, '0')}`),
      Timestamp.from(`0001-01-01 00:00:00.${String(i * 16_000_001).padStart(9, '0')}`),
      TimestampLtz.from(`9999-12-31 23:59:59.${String(i).padStart(3, '0')}Z`),
    ];
    return values.map((value, c) => ((i * 7 + c * 3) % 10 < nulls ? null : value));
  });
}

formatConformance('json, no nulls', {
  format: jsonFormat,
  schema: flat,
  rows: flatRows(0, true),
  options: { 'timestamp-format.standard': 'SQL' },
});
formatConformance('json, mostly nulls', {
  format: jsonFormat,
  schema: flat,
  rows: flatRows(7, true),
  options: { 'timestamp-format.standard': 'ISO-8601' },
});

const nested = schemaOf({
  id: types.int(),
  address: types.row([
    { name: 'street', type: types.string() },
    {
      name: 'town',
      type: types.row([
        { name: 'name', type: types.string() },
        { name: 'code', type: types.bigint() },
      ]),
    },
  ]),
  tags: types.array(types.string()),
  counts: types.map(types.string(), types.int()),
});
formatConformance('json, nested', {
  format: jsonFormat,
  schema: nested,
  rows: Array.from({ length: 40 }, (_, i) => [
    i,
    i % 5 === 0 ? null : { street: TEXTS[i % TEXTS.length], town: i % 3 === 0 ? null : { name: null, code: BigInt(i) } },
    i % 4 === 0 ? null : Array.from({ length: i % 6 }, (_, n) => (n === 2 ? null : TEXTS[n])),
    i % 7 === 0 ? null : new Map(Array.from({ length: i % 4 }, (_, n) => [`k${n}`, n === 1 ? null : n * i])),
  ]),
});

formatConformance('csv, no nulls', { format: csvFormat, schema: flat, rows: flatRows(0, false) });
formatConformance('csv, mostly nulls', {
  format: csvFormat,
  schema: flat,
  rows: flatRows(7, false),
  options: { 'null-literal': 'n/a', 'field-delimiter': ';' },
});

formatConformance('raw', {
  format: rawFormat,
  schema: schemaOf({ line: types.string() }),
  rows: Array.from({ length: 50 }, (_, i) => [TEXTS[1 + (i % (TEXTS.length - 1))]!.replaceAll('\t', ' ')]),
});
