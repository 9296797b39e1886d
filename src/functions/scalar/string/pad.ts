import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { param, signature } from '../../signatures.ts';
import { checkLength } from './text-length.ts';

/** LPAD and RPAD count UTF-16 units, as Flink does; without padding, or for a negative length, there is no result. */
export function padFunction(name: 'LPAD' | 'RPAD', doc: string, examples: ScalarFunction['examples']): ScalarFunction {
  const call = (text: string, length: number, padding: string): string | null => {
    if (length < 0 || padding === '') return null;
    if (length <= text.length) return text.slice(0, length);
    checkLength(name, length);
    return name === 'LPAD' ? text.padStart(length, padding) : text.padEnd(length, padding);
  };
  return plainFunction({
    name,
    family: 'string',
    signatures: [signature([param.text, param.int, param.text], types.string())],
    nullable: true,
    call,
    doc,
    examples,
  });
}
