import type { Format } from '../format.ts';
import { CsvDecoder } from './csv-decoder.ts';
import { CsvEncoder } from './csv-encoder.ts';
import { csvDescriptor } from './csv-options.ts';

/** Comma-separated values: Flink's csv format. */
export const csvFormat: Format = {
  descriptor: csvDescriptor,
  createDecoder: (context) => new CsvDecoder(context),
  createEncoder: (context) => new CsvEncoder(context),
};
