import type { CatalogTable } from '../catalog/catalog.ts';
import { deadLetterColumns, deadLetterMismatch } from '../catalog/dead-letters.ts';
import { readTableOptions, type TableOptions } from '../catalog/table-options.ts';
import { type Span, SqlError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import type { PlanTable } from '../plan/nodes/node.ts';
import type { BinderContext } from './query-binder.ts';
import { planTable, targetsOf } from './table-scan.ts';

const POLICY = 'bad-records';
const TARGET = 'bad-records.table';

/** Checks that the two options of the policy belong together. Throws MS1302 and MS1304. */
export function checkBadRecordOptions(table: CatalogTable, { options }: TableOptions, spanOf: (name: string) => Span | undefined): void {
  const policy = options.get(POLICY);
  const target = options.get(TARGET);
  if (policy === 'dead-letter' && target === undefined) throw targetMissing(table, spanOf(POLICY));
  if (policy !== 'dead-letter' && target !== undefined) {
    throw new SqlError('MS1304', `table ${table.name} names a table for bad records, but does not send them there`, {
      span: spanOf(TARGET),
      hint: `add '${POLICY}' = 'dead-letter', or leave '${TARGET}' out`,
    });
  }
}

/**
 * The table that bad records of `table` go to; undefined under the other policies. Looked up when the table is read, so that it may be
 * created after it. Throws MS1302 (not named), MS1101 (unknown), MS1307 (cannot be written to), MS1308 (other columns).
 */
export function deadLetterTable(table: CatalogTable, { options }: TableOptions, context: BinderContext, span: Span): PlanTable | undefined {
  if (options.get(POLICY) !== 'dead-letter') return undefined;
  const name = options.get(TARGET);
  if (name === undefined) throw targetMissing(table, span);
  const { catalog, descriptors } = context;
  const target = catalog.get(String(name));
  if (target === undefined) {
    const known = catalog.names().filter((other) => other !== table.name);
    const nearest = didYouMean(String(name), known);
    throw new SqlError('MS1101', `there is no table ${name} for the bad records of table ${table.name}`, {
      span,
      hint: nearest ?? `create it: CREATE TABLE ${name} (${deadLetterColumns}) WITH (...)`,
    });
  }
  if (target.kind === 'view') throw notWritable(table, `${name} is a view`, span);
  if (target.name === table.name) throw notWritable(table, 'that is the table itself', span);
  const { connector } = readTableOptions(target.options, descriptors, () => span);
  if (connector.sink === undefined) throw notWritable(table, `connector '${connector.name}' of table ${name} is a source only`, span);
  const schema = { fields: targetsOf(target) };
  const mismatch = deadLetterMismatch(schema);
  if (mismatch !== undefined) {
    throw new SqlError('MS1308', `table ${name} cannot take the bad records of table ${table.name}: ${mismatch}`, {
      span,
      hint: `declare it with the columns (${deadLetterColumns}), in this order; their names are free`,
    });
  }
  return { ...planTable(target), schema };
}

function targetMissing(table: CatalogTable, span: Span | undefined): SqlError {
  return new SqlError('MS1302', `table ${table.name} sends bad records to a dead-letter table, but names none`, {
    span,
    hint: `add '${TARGET}' = '...', the name of a table with the columns (${deadLetterColumns})`,
  });
}

function notWritable(table: CatalogTable, reason: string, span: Span): SqlError {
  return new SqlError('MS1307', `bad records of table ${table.name} cannot be written to '${table.options.get(TARGET)}': ${reason}`, {
    span,
  });
}
