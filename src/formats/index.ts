import type { Format } from './format.ts';
import { jsonFormat } from './json/json-format.ts';

/** Every format there is: one line each. */
export const formats: readonly Format[] = [jsonFormat];
