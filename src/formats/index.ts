import { csvFormat } from './csv/csv-format.ts';
import type { Format } from './format.ts';
import { jsonFormat } from './json/json-format.ts';
import { rawFormat } from './raw/raw-format.ts';

/** Every format there is: one line each. */
export const formats: readonly Format[] = [csvFormat, jsonFormat, rawFormat];
