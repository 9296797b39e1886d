import { DataError } from '../../../common/errors.ts';
import type { Cell } from '../../../data/cell.ts';
import { descriptorOf } from '../../../data/types/descriptors.ts';
import { bothNullOrEqual } from '../../../data/types/null-equality.ts';
import { isNumeric, isText, type SqlType, withNullable } from '../../../data/types/sql-type.ts';
import { cellFunction } from '../../collection-function.ts';
import { elementType } from './array.ts';

const INDEXES = new Set(['TINYINT', 'SMALLINT', 'INT']);

/** The index of an element that is asked for. */
function placeAt(index: number): number {
  if (index > 0) return index - 1;
  throw new DataError('MS1242', `elements of an array are counted from 1: there is no element ${index}`);
}

/** Whether a key of a type can be asked for by a value of another: numbers by numbers, text by text. */
const mayBeKey = (key: SqlType, asked: SqlType): boolean =>
  (isNumeric(key) && isNumeric(asked)) ||
  (isText(key) && isText(asked)) ||
  (key.root === asked.root && elementType([key, asked]) !== undefined);

export const item = cellFunction({
  name: 'ITEM',
  signatures: [
    {
      text: '(ARRAY, INT)',
      resolve([array, index]) {
        if (array?.type.root !== 'ARRAY' || index === undefined || !INDEXES.has(index.type.root)) return undefined;
        return { args: [array.type, { root: 'INT', nullable: index.type.nullable }], returns: array.type.element };
      },
    },
    {
      text: '(MAP, ANY)',
      resolve([map, key]) {
        if (map?.type.root !== 'MAP' || map.type.isMultiset || key === undefined || !mayBeKey(map.type.key, key.type)) return undefined;
        return { args: [map.type, withNullable(map.type.key, key.type.nullable)], returns: map.type.value };
      },
    },
  ],
  nullable: true,
  compute: ([collection], out) => {
    if (collection!.root === 'ARRAY') {
      return (array, index) => {
        const at = placeAt((index as Cell).column.values[0] as number);
        if (at >= array!.count) return false;
        return out.copyFrom(array!.column.children[0]!, array!.start + at);
      };
    }
    const keys = descriptorOf(collection!.root === 'MAP' ? collection!.key : collection!);
    return (map, key) => {
      const column = map!.column.children[0]!;
      const { start, count } = map!;
      for (let i = start; i < start + count; i++) {
        if (bothNullOrEqual(keys, column, i, key!.column, key!.row)) return out.copyFrom(map!.column.children[1]!, i);
      }
      return false;
    };
  },
  flink: ([collection, key]) => `${collection}[${key}]`,
  doc: 'The element of an array at an index, from 1, or the value of a map by its key; written `collection[...]`. NULL where there is none.',
  examples: [
    { sql: "ARRAY['a', 'b'][2]", result: 'b' },
    { sql: 'ARRAY[1, 2][3]', result: null },
    { sql: "MAP['a', 1, 'b', 2]['b']", result: '2' },
  ],
});
