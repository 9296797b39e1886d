import type { Schema } from '../src/data/schema.ts';
import { jsonFormat } from '../src/formats/json/json-format.ts';
import { loadKernels } from '../src/kernels/kernels.ts';
import { bidLines, bidSchema } from './bid-lines.ts';
import { decodeWork, encodeWork, report } from './format-work.ts';

// M rows/s of the json format on one core: 240-byte bids in memory.
const ROWS = 100_000;
const kernels = await loadKernels();
const pick = (...names: string[]): Schema => ({ fields: bidSchema.fields.filter((field) => names.includes(field.name)) });
const bytes = bidLines(ROWS);

report('json decode 2 of 7', ROWS, bytes.length, decodeWork(kernels, jsonFormat, pick('auction', 'dateTime'), bidSchema, bytes));
report('json decode 0 of 7', ROWS, bytes.length, decodeWork(kernels, jsonFormat, pick(), bidSchema, bytes));
report('json decode 7 of 7', ROWS, bytes.length, decodeWork(kernels, jsonFormat, bidSchema, bidSchema, bytes));
report(
  'json decode 2 of 7, keys shuffled',
  ROWS,
  bytes.length,
  decodeWork(kernels, jsonFormat, pick('auction', 'dateTime'), bidSchema, bidLines(ROWS, { shuffled: true })),
);
report('json encode 7', 4096, bytes.length / (ROWS / 4096), encodeWork(kernels, jsonFormat, bidSchema, jsonFormat, bytes));
