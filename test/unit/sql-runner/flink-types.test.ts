import { describe, expect, it } from 'vitest';
import { convertFlinkValue, printFlinkType } from '../../sql-runner/flink-types.ts';
import { type JsonObject, parseJson, printJson } from '../../sql-runner/json-text.ts';

const type = (text: string) => parseJson(text) as JsonObject;
const convert = (value: string, of: string) => printJson(convertFlinkValue(parseJson(value), type(of)));

describe("the gateway's types", () => {
  it.each([
    ['{"type": "INTEGER", "nullable": false}', 'INT NOT NULL'],
    ['{"type": "DECIMAL", "nullable": true, "precision": 10, "scale": 2}', 'DECIMAL(10, 2)'],
    ['{"type": "VARCHAR", "nullable": true, "length": 2147483647}', 'STRING'],
    ['{"type": "VARBINARY", "nullable": true, "length": 3}', 'VARBINARY(3)'],
    ['{"type": "TIMESTAMP_WITH_LOCAL_TIME_ZONE", "nullable": true, "precision": 3}', 'TIMESTAMP_LTZ(3)'],
    ['{"type": "ARRAY", "nullable": true, "elementType": {"type": "BIGINT", "nullable": false}}', 'ARRAY<BIGINT NOT NULL>'],
    ['{"type": "ROW", "nullable": true, "fields": [{"name": "a", "fieldType": {"type": "DATE", "nullable": true}}]}', 'ROW<`a` DATE>'],
  ])('%s are printed as DESCRIBE does', (description, printed) => {
    expect(printFlinkType(type(description))).toBe(printed);
  });
});

describe("the gateway's values", () => {
  it.each([
    ['1E+2', '{"type": "DECIMAL", "scale": 2}', '100.00'],
    ['-0.5', '{"type": "DECIMAL", "scale": 3}', '-0.500'],
    ['12', '{"type": "DECIMAL", "scale": 0}', '12'],
    ['1E+30', '{"type": "DECIMAL", "scale": 0}', `1${'0'.repeat(30)}`],
    ['2.0E10', '{"type": "DOUBLE"}', '2.0E10'],
    ['2.14748365E9', '{"type": "FLOAT"}', '2.1474836E9'],
    ['"2024-01-01T00:00:00.5"', '{"type": "TIMESTAMP_WITHOUT_TIME_ZONE"}', '"2024-01-01 00:00:00.5"'],
    ['[1.5, null]', '{"type": "ARRAY", "elementType": {"type": "DECIMAL", "scale": 2}}', '[1.50, null]'],
    ['9007199254740993', '{"type": "BIGINT"}', '9007199254740993'],
  ])('%s as %s become what the json format writes', (value, of, written) => {
    expect(convert(value, of)).toBe(written);
  });
});

describe("the gateway's instants", () => {
  const LTZ = type('{"type": "TIMESTAMP_WITH_LOCAL_TIME_ZONE"}');
  it.each([
    ['2020-02-29T11:11:12.123Z', '2020-02-29 10:11:12.123Z'],
    ['2020-07-01T00:00:00Z', '2020-06-30 22:00:00Z'],
    ['+10000-01-01T00:59:59.999Z', '9999-12-31 23:59:59.999Z'],
  ])('%s, which clocks in Berlin show, is %s', (local, instant) => {
    expect(convertFlinkValue(local, LTZ, 'Europe/Berlin')).toBe(instant);
  });
});
