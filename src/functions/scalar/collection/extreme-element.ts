import { descriptorOf } from '../../../data/types/descriptors.ts';
import { cellFunction } from '../../collection-function.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { elementOf, param, signature } from '../../signatures.ts';
import { elementsOf } from './elements.ts';

/** ARRAY_MAX, where `sign` is 1, and ARRAY_MIN, where it is -1. */
export function extremeElement(name: string, sign: 1 | -1, doc: string, examples: ScalarFunction['examples']): ScalarFunction {
  return cellFunction({
    name,
    signatures: [signature([param.sortable], ([array]) => elementOf(array!))],
    nullable: true,
    compute: ([array], out) => {
      const descriptor = descriptorOf(elementOf(array!)!);
      return (given) => {
        const elements = elementsOf(given!);
        let best = -1;
        for (let i = given!.start; i < given!.start + given!.count; i++) {
          if (elements.isNull(i)) continue;
          if (best === -1 || sign * descriptor.compare(elements, i, elements, best) > 0) best = i;
        }
        return best !== -1 && out.copyFrom(elements, best);
      };
    },
    doc,
    examples,
  });
}
