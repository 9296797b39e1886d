import { describe, expect, it } from 'vitest';
import { cellReader } from '../../../src/cli/terminal/cells-of-line.ts';
import { createColours } from '../../../src/cli/terminal/colours.ts';
import { cutToWidth, displayWidth } from '../../../src/cli/terminal/display-width.ts';
import { byteText, durationText, grouped } from '../../../src/cli/terminal/quantities.ts';
import { Screen } from '../../../src/cli/terminal/screen.ts';
import { TableLayout } from '../../../src/cli/terminal/table-layout.ts';
import { visibleText } from '../../../src/cli/terminal/visible-text.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { types } from '../../../src/data/types/sql-type.ts';

const schema: Schema = {
  fields: [
    { name: 'city', type: types.string() },
    { name: 'n', type: types.bigint() },
    { name: 'note', type: types.string() },
  ],
};
const plain = createColours(false);

describe('width on a terminal', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['한글', 4],
    ['ｆｕｌｌ', 8],
    ['e\u0301', 1],
    ['🎉', 2],
    ['äöü', 3],
    ['', 0],
  ])('of %s is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('is kept by cutting', () => {
    expect(cutToWidth('abcdef', 4)).toBe('abc…');
    expect(cutToWidth('日本語', 4)).toBe('日…');
    expect(cutToWidth('abcd', 4)).toBe('abcd');
  });
});

describe('text from data', () => {
  it('shows its control characters instead of obeying them', () => {
    expect(visibleText('a\tb\nc\x1b[31m\u202e\x9b')).toBe('a\\tb\\nc\\x1b[31m\\u202e\\x9b');
  });
});

describe('a table', () => {
  it('has numbers to the right, texts to the left, and columns as wide as their values', () => {
    const lines = new TableLayout(schema, plain).lines(
      [
        ['Rome', '7', 'x'],
        ['東京', '1234', null],
      ],
      80,
    );
    expect(lines).toEqual(['city     n  note', '────  ────  ────', 'Rome     7  x', '東京  1234  NULL']);
  });

  it('does not get narrower while it is drawn', () => {
    const layout = new TableLayout(schema, plain);
    layout.lines([['Rome', '1234567', '']], 80);
    expect(layout.lines([['Rome', '1', '']], 80)[2]).toBe('Rome        1');
  });

  it('cuts the widest columns where there is no room', () => {
    const lines = new TableLayout(schema, plain).lines([['Rome', '7', 'a very long note indeed']], 24);
    expect(lines[2]).toBe('Rome  7  a very long no…');
  });

  it('leaves out columns where there is no room at all', () => {
    const fields = Array.from({ length: 30 }, (_, i) => ({ name: `column${i}`, type: types.int() }));
    const lines = new TableLayout({ fields }, plain).lines([fields.map((_, i) => String(i))], 40);
    expect(lines[0]).toBe('column0  column1  column2  column3  …');
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(40);
  });

  it('may have no rows', () => {
    expect(new TableLayout(schema, plain).lines([], 80)).toEqual(['city  n  note', '────  ─  ────']);
  });
});

describe('the cells of a line', () => {
  it('are read from what the encoder wrote', () => {
    const line = Buffer.from('{"city":"a \\"b\\", {c}: \\\\","n":-12.50,"note":null}').toString('latin1');
    expect(cellReader(schema)(line)).toEqual(['a "b", {c}: \\', '-12.50', null]);
  });

  it('are UTF-8', () => {
    expect(cellReader(schema)(Buffer.from('{"city":"東京","n":1,"note":""}').toString('latin1'))).toEqual(['東京', '1', '']);
  });
});

describe('a screen', () => {
  const open = (columns = 80, rows = 24) => {
    const written: string[] = [];
    const stream = { columns, rows, write: (text: string) => written.push(text) > 0 };
    return { stream, written, screen: new Screen(stream) };
  };

  it('draws in the place of what it drew before', () => {
    const { screen, written } = open();
    screen.draw(['one', 'two', 'three']);
    screen.draw(['four']);
    expect(written[0]).toBe('\x1b[?25l\rone\x1b[K\ntwo\x1b[K\nthree\x1b[J');
    expect(written[1]).toBe('\r\x1b[2Afour\x1b[J');
    screen.erase();
    expect(written[2]).toBe('\r\x1b[J\x1b[?25h');
  });

  it('counts the lines that a narrower terminal has wrapped', () => {
    const { screen, written, stream } = open(80);
    screen.draw(['x'.repeat(70), 'y']);
    stream.columns = 40;
    screen.draw(['z']);
    expect(written[1]).toBe('\r\x1b[2Az\x1b[J');
  });

  it('erases nothing when nothing is drawn', () => {
    const { screen, written } = open();
    screen.erase();
    expect(written).toEqual([]);
  });
});

describe('quantities', () => {
  it.each([
    [999, '999'],
    [1000, '1,000'],
    [1234567.8, '1,234,568'],
  ])('group %d as %s', (value, text) => {
    expect(grouped(value)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 KB'],
    [999_950, '1.0 MB'],
    [123_456_789, '123 MB'],
  ])('print %d bytes as %s', (value, text) => {
    expect(byteText(value)).toBe(text);
  });

  it.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [3700, '3.7 s'],
    [59_999, '1 min 0 s'],
    [250_000, '4 min 10 s'],
    [7_500_000, '2 h 5 min'],
  ])('print %d ms as %s', (value, text) => {
    expect(durationText(value)).toBe(text);
  });
});
