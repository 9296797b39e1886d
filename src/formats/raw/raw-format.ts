import type { Format } from '../format.ts';
import { RawDecoder } from './raw-decoder.ts';
import { RawEncoder } from './raw-encoder.ts';
import { rawDescriptor } from './raw-options.ts';

/** A line is a value of the only column: Flink's raw format. */
export const rawFormat: Format = {
  descriptor: rawDescriptor,
  createDecoder: (context) => new RawDecoder(context),
  createEncoder: (context) => new RawEncoder(context),
};
