import { UnsupportedError } from '../../common/errors.ts';
import type { SqlType } from '../../data/types/sql-type.ts';

/** Throws MS2103 for maps whose keys are not strings, which JSON has no form for (Flink refuses them too). */
export function checkJsonType(path: string, type: SqlType): void {
  if (type.root === 'ROW') for (const field of type.fields) checkJsonType(`${path}.${field.name}`, field.type);
  if (type.root === 'ARRAY') checkJsonType(`${path}.element`, type.element);
  if (type.root !== 'MAP') return;
  if (type.key.root !== 'VARCHAR' && type.key.root !== 'CHAR') {
    throw new UnsupportedError('MS2103', `the json format reads and writes maps with string keys only, not those of column ${path}`);
  }
  checkJsonType(`${path}.value`, type.value);
}
