import type { FormatDescriptor } from '../catalog/connector-descriptor.ts';
import type { Decoder, DecoderContext } from '../runtime/decoder.ts';
import type { Encoder, EncoderContext } from '../runtime/encoder.ts';

export type { BadRecord, BadRecordPolicy, Decoder, DecoderContext, MessagePlace, Messages } from '../runtime/decoder.ts';
export type { Encoder, EncoderContext } from '../runtime/encoder.ts';

/** A format: one folder in formats/, one line in formats/index.ts. */
export interface Format {
  readonly descriptor: FormatDescriptor;
  createDecoder?(context: DecoderContext): Decoder;
  createEncoder?(context: EncoderContext): Encoder;
}
