import type { Schema } from '../src/data/schema.ts';
import { csvFormat } from '../src/formats/csv/csv-format.ts';
import { jsonFormat } from '../src/formats/json/json-format.ts';
import { loadKernels } from '../src/kernels/kernels.ts';
import { bidLines, bidSchema } from './bid-lines.ts';
import { decodeWork, encodedBytes, encodeWork, report } from './format-work.ts';

// M rows/s of the csv format on one core: the bids of bench/json-scan.ts as CSV.
const ROWS = 100_000;
const kernels = await loadKernels();
const pick = (...names: string[]): Schema => ({ fields: bidSchema.fields.filter((field) => names.includes(field.name)) });
const json = bidLines(ROWS);
const bytes = encodedBytes(kernels, csvFormat, bidSchema, jsonFormat, json);

report('csv decode 2 of 7', ROWS, bytes.length, decodeWork(kernels, csvFormat, pick('auction', 'dateTime'), bidSchema, bytes));
report('csv decode 7 of 7', ROWS, bytes.length, decodeWork(kernels, csvFormat, bidSchema, bidSchema, bytes));
report('csv encode 7', 4096, bytes.length / (ROWS / 4096), encodeWork(kernels, csvFormat, bidSchema, jsonFormat, json));
