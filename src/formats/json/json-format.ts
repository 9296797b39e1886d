import type { Format } from '../format.ts';
import { JsonDecoder } from './json-decoder.ts';
import { JsonEncoder } from './json-encoder.ts';
import { jsonDescriptor } from './json-options.ts';

/** NDJSON: Flink's json format, one object a line. */
export const jsonFormat: Format = {
  descriptor: jsonDescriptor,
  createDecoder: (context) => new JsonDecoder(context),
  createEncoder: (context) => new JsonEncoder(context),
};
