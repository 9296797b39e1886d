import type { Cell } from '../../../data/cell.ts';
import { CellPacker } from '../../../data/packed-cell.ts';
import type { StringArena } from '../../../data/string-arena.ts';
import { types } from '../../../data/types/sql-type.ts';
import { cellOf } from '../../cells.ts';
import { bytesCode, type Code, type Emitter } from '../../code.ts';
import { define } from '../../plain-function.ts';
import type { ScalarFunction } from '../../scalar-function.ts';

/** Writes a call that packs its arguments one behind the other. */
function emitPacked(e: Emitter, args: readonly Code[]): Code {
  const cells = args.map((arg) => cellOf(e, arg));
  const packer = new CellPacker(e.linear);
  const size = (sum: number, { column, row, isNull }: Cell): number => sum + packer.size(column, row, isNull);
  let byteLength = 0;
  const pack = (arena: StringArena, ...values: readonly Cell[]): number => {
    byteLength = values.reduce(size, 0);
    let at = arena.ensure(byteLength);
    for (const { column, row, isNull } of values) at = packer.write(at, column, row, isNull);
    return arena.take(byteLength);
  };
  const address = e.bind('entry', `${e.helper('pack', pack)}(${e.arena}, ${cells.join(', ')})`);
  return bytesCode(types.bytes(false), address, e.bind('entry_length', `${e.helper('packed_length', () => byteLength)}()`));
}

const packed = (name: string, nulls: 'own' | 'propagate', doc: string): ScalarFunction =>
  define({
    name,
    family: 'conversion',
    signatures: [],
    nulls,
    nullable: false,
    nested: true,
    emit: (e, args) => emitPacked(e, args),
    flink: () => '',
    doc,
    examples: [],
  });

/** Values as bytes that an aggregate keeps. No query can name it. */
export const packedValues = packed('$PACKED', 'own', 'Values as bytes.');

/** The same, and NULL where a value is. */
export const packedPresent = packed('$PACKED_PRESENT', 'propagate', 'Values as bytes, NULL where one of them is.');
