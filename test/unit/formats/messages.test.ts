import { beforeAll, describe, expect, it } from 'vitest';
import { readOptions } from '../../../src/catalog/options.ts';
import { Batch } from '../../../src/data/batch.ts';
import { Column } from '../../../src/data/column.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import type { BadRecord, Format } from '../../../src/formats/format.ts';
import { jsonFormat } from '../../../src/formats/json/json-format.ts';
import { withoutLineFeeds } from '../../../src/formats/json/json-message.ts';
import { rawFormat } from '../../../src/formats/raw/raw-format.ts';
import { type Kernels, loadKernels } from '../../../src/kernels/kernels.ts';
import { NO_MESSAGE } from '../../../src/runtime/decoder.ts';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

/** Decodes messages (undefined: one that is not there), batch by batch: each row as JSON with the index of its message. */
function decode(format: Format, schema: Schema, messages: readonly (string | undefined)[], bad?: BadRecord[]): string[] {
  const { memory } = kernels;
  const pairs = memory.alloc(messages.length * 8);
  const rows = memory.alloc(4096 * 4);
  messages.forEach((text, i) => {
    const stored = memory.store(`${text ?? ''}\n${' '.repeat(64)}`);
    memory.u32.set([stored.address, text === undefined ? NO_MESSAGE : stored.byteLength - 65], (pairs >>> 2) + i * 2);
  });
  const decoder = format.createDecoder!({
    kernels,
    schema,
    tableSchema: schema,
    options: readOptions(format.descriptor.options, {}, { what: format.descriptor.name }),
    timeZone: 'UTC',
    badRecords: bad === undefined ? 'fail' : 'skip',
    onBadRecord: (record) => bad?.push(record),
  });
  const batch = new Batch(schema.fields.map(({ type }) => new Column(memory, type)));
  const placeOf = (index: number) => ({ source: 'topic/0', offset: 100n + BigInt(index) });
  const found: string[] = [];
  for (let next = 0; next < messages.length; ) {
    batch.rowCount = 0;
    decoder.beginBatch(batch);
    next = decoder.decodeMessages!({ address: pairs, stride: 8, count: messages.length, rows, placeOf }, next, batch);
    for (let row = 0; row < batch.rowCount; row++) {
      const values = batch.columns.map((column) => (column.isNull(row) ? 'null' : descriptorOf(column.type).json(column, row)));
      found.push(`${memory.u32[(rows >>> 2) + row]}:${values.join(',')}`);
    }
  }
  return found;
}

const pair: Schema = {
  fields: [
    { name: 'id', type: types.bigint() },
    { name: 'name', type: types.string() },
  ],
};

describe('JSON messages', () => {
  it('are records each, whatever white space they have', () => {
    const texts = [
      '{"id":1,"name":"a"}',
      '{\n  "id": 2,\r\n  "name": "b"\n}\n',
      ' {"name":"c"} ',
      '{"id":4,"name":"line\nfeed \\"\n\\\\"}',
    ];
    expect(decode(jsonFormat, pair, texts)).toEqual(['0:1,"a"', '1:2,"b"', '2:null,"c"', '3:4,"line\\nfeed \\"\\n\\\\"']);
  });

  it('may be arrays of records, or not be there', () => {
    expect(decode(jsonFormat, pair, ['[{"id":1},{"id":2}]', undefined, '[]', '{"id":3}'])).toEqual([
      '0:1,null',
      '0:2,null',
      '1:null,null',
      '3:3,null',
    ]);
  });

  it('fill batch after batch, arrays undivided', () => {
    const three = '[{"id":1},{"id":2},{"id":3}]';
    const found = decode(
      jsonFormat,
      pair,
      Array.from({ length: 3000 }, () => three),
    );
    expect(found).toHaveLength(9000);
    expect(found.at(-1)).toBe('2999:3,null');
  });

  it('that are bad are reported with their place', () => {
    const bad: BadRecord[] = [];
    const texts = ['{"id":1}', '{"id":', '', ' \n ', '{"id":2}{"id":3}', '{"id":"x"}', '7', '{"id":4}'];
    expect(decode(jsonFormat, pair, texts, bad)).toEqual(['0:1,null', '7:4,null']);
    expect(bad.map(({ source, byteOffset }) => `${source} ${byteOffset}`)).toEqual(
      [101, 102, 103, 104, 105, 106].map((n) => `topic/0 ${n}`),
    );
    expect(() => decode(jsonFormat, pair, ['{"id":1}', '{'])).toThrow(
      expect.objectContaining({ code: 'MS2101', message: expect.stringMatching(/^topic\/0 offset 101: .*\(byte 1\)$/) }),
    );
  });

  it('keep their meaning without line feeds', () => {
    const flat = (text: string) => {
      const bytes = withoutLineFeeds(new TextEncoder().encode(text));
      return bytes && new TextDecoder().decode(bytes);
    };
    expect(flat('{"a":1}')).toBeUndefined();
    expect(flat('{\n"a":\n"b\nc\\"\n"}')).toBe('{ "a": "b\\nc\\"\\n"}');
    expect(flat('"\\\n"')).toBe('"\\\\n"');
  });
});

describe('raw messages', () => {
  const text: Schema = { fields: [{ name: 'value', type: types.string() }] };
  it('are values, line feeds and all', () => {
    expect(decode(rawFormat, text, ['a\nb\r', '', undefined, 'é'])).toEqual(['0:"a\\nb\\r"', '1:""', '2:null', '3:"é"']);
  });

  it('of numbers have their size', () => {
    const number: Schema = { fields: [{ name: 'value', type: types.int() }] };
    const bad: BadRecord[] = [];
    expect(decode(rawFormat, number, ['\0\0\0\n', 'abc', '\0\0\x01\0'], bad)).toEqual(['0:10', '2:256']);
    expect(bad.map(({ byteOffset }) => byteOffset)).toEqual([101n]);
  });
});
