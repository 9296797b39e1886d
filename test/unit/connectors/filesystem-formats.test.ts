import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOptions } from '../../../src/catalog/options.ts';
import { openFileSink } from '../../../src/connectors/filesystem/open-file-sink.ts';
import { openFileSource } from '../../../src/connectors/filesystem/open-file-source.ts';
import { csvFormat } from '../../../src/formats/csv/csv-format.ts';
import type { Format } from '../../../src/formats/format.ts';
import { jsonFormat } from '../../../src/formats/json/json-format.ts';
import type { SourceReader } from '../../../src/runtime/source.ts';
import { kernels, readAll, readBatch, sinkContext, sourceContext, temporaryFolder } from './filesystem-support.ts';
import { lineSchema } from './line-format.ts';

const texts = ['plain', 'é😀', '', 'quote " and \\ backslash', 'line\nbreak', 'comma, and; more', 'x'.repeat(70)];
const rows = texts.map((text, i) => ({ id: i * 1_000_000_007, text }));
const expected = rows.map(({ id, text }) => `${id} ${text}`);
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const written: Record<string, string> = {
  json: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  csv: rows.map(({ id, text }) => `${id},${quoted(text)}\n`).join(''),
};

const formats: readonly Format[] = [jsonFormat, csvFormat];

function open(format: Format, path: string, blockBytes: number): Promise<SourceReader> {
  const { name, options } = format.descriptor;
  const context = sourceContext({ path, format: name });
  const decoderContext = {
    kernels,
    schema: lineSchema,
    tableSchema: lineSchema,
    options: readOptions(options, {}, { what: name }),
    timeZone: 'UTC',
    badRecords: 'fail',
    onBadRecord: () => {},
  } as const;
  return openFileSource({ ...context, createDecoder: () => format.createDecoder!(decoderContext) }, { blockBytes });
}

describe.each(formats)('files of $descriptor.name', (format) => {
  const { name } = format.descriptor;

  it('give the same rows wherever a block is cut', async () => {
    const path = join(temporaryFolder(), 'a');
    for (const text of [written[name]!, written[name]!.trimEnd()]) {
      writeFileSync(path, text);
      for (let blockBytes = 1; blockBytes <= 130; blockBytes++) {
        const reader = await open(format, path, blockBytes);
        expect(await readAll(reader)).toEqual(expected);
        await reader.close();
      }
    }
  });

  it('resume at every position', async () => {
    const folder = temporaryFolder();
    for (const file of ['a', 'b']) writeFileSync(join(folder, file), written[name]!);
    const all = [...expected, ...expected];
    const reader = await open(format, folder, 64);
    let done = 0;
    for (;;) {
      const resumed = await open(format, folder, 32);
      resumed.restore(JSON.parse(JSON.stringify(reader.position())));
      expect(await readAll(resumed)).toEqual(all.slice(done));
      const batch = await readBatch(reader);
      if (batch === 'end') break;
      done += batch.length;
    }
    expect(done).toBe(all.length);
  });

  it('are written as they are read', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'in'));
    writeFileSync(join(folder, 'in', 'a'), written[name]!);
    const path = join(folder, `out.${name}`);
    const options = readOptions(format.descriptor.options, {}, { what: name });
    const context = {
      ...sinkContext({ path, format: name }),
      createEncoder: () => format.createEncoder!({ kernels, schema: lineSchema, options, timeZone: 'UTC' }),
    };
    const sink = openFileSink(context, { open: new Set(), written: new Set() }, { blockBytes: 16 });
    const reader = await open(format, join(folder, 'in'), 64);
    for (let polled = reader.poll(); polled !== 'end'; polled = reader.poll()) if (polled !== 'idle') sink.write(polled);
    await sink.close();
    expect(readFileSync(path, 'utf8').length).toBeGreaterThan(0);
    expect(await readAll(await open(format, path, 1 << 16))).toEqual(expected);
  });
});
