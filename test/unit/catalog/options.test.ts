import { describe, expect, it } from 'vitest';
import type { OptionSpec } from '../../../src/catalog/option-spec.ts';
import { readDuration, readMemory } from '../../../src/catalog/option-values.ts';
import { maskOption, optionNotes, optionsUnder, prefixSpecs, readOptions } from '../../../src/catalog/options.ts';
import { StreamError } from '../../../src/common/errors.ts';

const specs: readonly OptionSpec[] = [
  { name: 'path', kind: 'string', required: true, doc: 'Where the files are.' },
  { name: 'monitor-interval', kind: 'duration', doc: 'How often to look.' },
  { name: 'rows', kind: 'bigint', default: '10', aliases: ['number-of-rows'], doc: 'How many.' },
  { name: 'ratio', kind: 'double', default: '0.5', doc: 'A share.' },
  { name: 'limit', kind: 'int', doc: 'At most.' },
  { name: 'mode', kind: ['append', 'update', 'complete'], default: 'append', doc: 'What is shown.' },
  { name: 'buffer', kind: 'memory', default: '64 mb', doc: 'Room.' },
  { name: 'strict', kind: 'boolean', default: 'false', doc: 'Be strict.', note: 'it has no effect.' },
  { name: 'api-key', kind: 'int', doc: 'A secret number.' },
  { name: 'fields.#.kind', kind: ['random', 'sequence'], doc: 'How a column is made.' },
];
const context = { what: "connector 'test'" };

function failure(raw: Record<string, string> | Map<string, string>): StreamError {
  try {
    readOptions(specs, raw, context);
  } catch (error) {
    if (error instanceof StreamError) return error;
    throw error;
  }
  throw new Error('the options were accepted');
}

describe('readOptions', () => {
  it('reads typed values and fills in defaults', () => {
    const options = readOptions(specs, { path: '/x', 'monitor-interval': '5 s', strict: 'TRUE', limit: '-3', mode: 'UPDATE' }, context);
    expect(options.string('path')).toBe('/x');
    expect(options.number('monitor-interval')).toBe(5000);
    expect(options.boolean('strict')).toBe(true);
    expect(options.number('limit')).toBe(-3);
    expect(options.string('mode')).toBe('update');
    expect(options.bigint('rows')).toBe(10n);
    expect(options.number('ratio')).toBe(0.5);
    expect(options.number('buffer')).toBe(64 * 1024 * 1024);
    expect(options.get('limit')).toBe(-3);
  });

  it('answers undefined for an option that is not set and has no default', () => {
    expect(readOptions(specs, { path: '' }, context).get('limit')).toBeUndefined();
  });

  it('prefers a name over its alias', () => {
    expect(readOptions(specs, { path: '', 'number-of-rows': '3' }, context).bigint('rows')).toBe(3n);
    expect(readOptions(specs, { path: '', rows: '4', 'number-of-rows': '3' }, context).bigint('rows')).toBe(4n);
    expect(readOptions(specs, { path: '', 'number-of-rows': '3', rows: '4' }, context).bigint('rows')).toBe(4n);
  });

  it('collects wildcard options by column, whatever the column is called', () => {
    const raw = new Map([
      ['path', ''],
      ['fields.a.kind', 'sequence'],
      ['fields.kind.kind', 'random'],
      ['fields.b.c.kind', 'Random'],
      ['fields.__proto__.kind', 'random'],
    ]);
    const kinds = readOptions(specs, raw, context).wildcard('fields.#.kind');
    expect([...kinds]).toEqual([
      ['a', 'sequence'],
      ['kind', 'random'],
      ['b.c', 'random'],
      ['__proto__', 'random'],
    ]);
  });

  it('names the nearest option for an unknown one, and where it stands', () => {
    const span = { start: 1, end: 2, line: 1, column: 2 };
    expect(failure({ path: '', moniter: '1' }).code).toBe('MS1301');
    expect(failure({ path: '', 'monitor-intervall': '1' }).hint).toBe("did you mean 'monitor-interval'?");
    expect(failure({ path: '', 'fields.price.knd': 'random' }).hint).toBe("did you mean 'fields.price.kind'?");
    expect(() => readOptions(specs, { path: '', zzz: '' }, { ...context, spanOf: () => span })).toThrow(expect.objectContaining({ span }));
  });

  it('lists the options when nothing is near', () => {
    expect(failure({ path: '', 'completely-different-thing': '' }).hint).toContain("'monitor-interval'");
  });

  it('treats names of Object.prototype as unknown', () => {
    for (const key of ['__proto__', 'constructor', 'toString']) {
      expect(
        failure(
          new Map([
            ['path', ''],
            [key, '1'],
          ]),
        ).code,
      ).toBe('MS1301');
    }
    expect(failure(JSON.parse('{"path": "", "__proto__": "1"}')).message).toContain('__proto__');
  });

  it('says what a missing option is', () => {
    const error = failure({});
    expect(error.code).toBe('MS1302');
    expect(error.message).toBe("connector 'test' needs the option 'path'");
    expect(error.hint).toContain('Where the files are.');
  });

  it.each([
    ['limit', '2147483648', 'an integer of 32 bits'],
    ['limit', ' 1', 'an integer of 32 bits'],
    ['limit', '1.5', 'an integer of 32 bits'],
    ['rows', '9223372036854775808', 'an integer of 64 bits'],
    ['rows', '', 'an integer of 64 bits'],
    ['ratio', 'half', 'a number such as 0.5'],
    ['strict', 'yes', 'true or false'],
    ['monitor-interval', '5 sek', "a duration such as '5 s'"],
    ['buffer', '64 mib', "a size such as '64 mb'"],
  ])('refuses %s = %j and says what it takes', (name, text, expected) => {
    const error = failure({ path: '', [name]: text });
    expect(error.code).toBe('MS1303');
    expect(error.message).toContain(`'${text}'`);
    expect(error.message).toContain(expected);
  });

  it('names the nearest choice of an enumeration', () => {
    const error = failure({ path: '', mode: 'compelte' });
    expect(error.message).toContain("one of 'append', 'update', 'complete'");
    expect(error.hint).toBe("did you mean 'complete'?");
  });

  it('never shows a secret', () => {
    expect(failure({ path: '', 'api-key': 'hunter2' }).message).not.toContain('hunter2');
    expect(maskOption('sasl.password', 'x')).toBe('******');
    expect(maskOption('path', 'x')).toBe('x');
  });

  it('leaves keys that others read alone', () => {
    const options = readOptions(specs, { connector: 'test', path: '' }, { ...context, otherKeys: ['connector'] });
    expect(options.get('connector')).toBeUndefined();
  });

  it('reads a format through its prefix', () => {
    const format = prefixSpecs('json', [{ name: 'strict', kind: 'boolean', default: 'false', aliases: ['exact'], doc: '' }]);
    const options = readOptions([...specs, ...format], { path: '', 'json.exact': 'true' }, context);
    expect(optionsUnder(options, 'json').boolean('strict')).toBe(true);
    expect(options.boolean('strict')).toBe(false);
  });

  it('passes on the notes of options without effect', () => {
    expect(optionNotes(specs, { path: '', strict: 'true' })).toEqual(["option 'strict': it has no effect."]);
  });
});

describe('durations and sizes', () => {
  it.each([
    ['5 s', 5000],
    ['500ms', 500],
    ['1 Min', 60_000],
    ['2 h', 7_200_000],
    ['1 day', 86_400_000],
    ['250', 250],
    ['1999 micros', 1],
    ['1500000 ns', 1],
    ['PT5S', 5000],
    ['P1DT2H3M4.5S', 93_784_500],
    ['-PT1S', -1000],
  ])('reads %s', (text, ms) => expect(readDuration(text)).toBe(ms));

  it.each(['', 's', '-5 s', '1.5 s', '5 sek', 'P', 'PT', '99999999999999999999 d', '1 s 2 ms'])('refuses %j', (text) =>
    expect(readDuration(text)).toBeUndefined(),
  );

  it.each([
    ['64 mb', 67_108_864],
    ['1k', 1024],
    ['100b', 100],
    ['7', 7],
    ['2 GB', 2_147_483_648],
    ['1 kibibytes', 1024],
  ])('reads %s', (text, bytes) => expect(readMemory(text)).toBe(bytes));

  it.each(['', 'mb', '-1 kb', '1.5 mb', '9999999 tb'])('refuses %j', (text) => expect(readMemory(text)).toBeUndefined());
});
