import { castTo } from '../../binder/coerce.ts';
import type { TableOptions } from '../../catalog/table-options.ts';
import { types } from '../../data/types/sql-type.ts';
import type { Expression } from '../../plan/expressions/expression.ts';
import { literal, substituteColumns } from '../../plan/expressions/visit.ts';
import type { PlanTable, ScanNode, SinkNode } from '../../plan/nodes/node.ts';
import type { SinkContext } from '../../runtime/sink.ts';
import type { TablePartitions } from '../../runtime/source.ts';
import { computeConstant } from './evaluate.ts';
import type { LocalEnvironment } from './graph-context.ts';

type Partitioned = Pick<LocalEnvironment, 'kernels' | 'timeZone'>;

/** The columns that a table's connector keeps beside the records; none where it does not partition. */
export function partitionsOf(table: PlanTable, { connector }: TableOptions): readonly string[] {
  return connector.partitions === true ? (table.partitionedBy ?? []) : [];
}

/** What the source of a partitioned table is told: texts become values as a CAST makes them. */
export function tablePartitions({ table, partitions }: ScanNode, columns: readonly string[], env: Partitioned): TablePartitions {
  const { fields } = table.schema;
  const constant = (column: string, text: string | undefined): Expression => {
    const { type } = fields.find(({ name }) => name === column)!;
    return castTo(literal(text ?? null, text === undefined ? types.string() : types.string(false)), type);
  };
  const read = (column: string, text: string | undefined): unknown =>
    text === undefined ? null : computeConstant(constant(column, text), env.kernels, env.timeZone);
  const isWanted = (texts: readonly (string | undefined)[]): boolean => {
    if (partitions === undefined) return true;
    const values = fields.map(({ name, type }) => {
      const place = columns.indexOf(name);
      return place < 0 ? literal(null, type) : constant(name, texts[place]);
    });
    return computeConstant(substituteColumns(partitions, values), env.kernels, env.timeZone) === true;
  };
  return { columns, valueOf: read, isWanted };
}

/** What the sink of a table is told of its partitions, and of what INSERT OVERWRITE replaces. */
export function sinkPartitions(
  { schema, overwrite }: SinkNode,
  columns: readonly string[],
  env: Partitioned,
): Pick<SinkContext, 'partitionedBy' | 'overwrite'> {
  const partitionedBy = columns.map((name) => schema.fields.findIndex((field) => field.name === name));
  const text = (value: Expression): string | undefined =>
    (computeConstant(castTo(value, types.string()), env.kernels, env.timeZone) as string | null) ?? undefined;
  const partition = new Map([...(overwrite?.partition ?? [])].map(([name, value]) => [name, text(value)] as const));
  return { ...(columns.length > 0 && { partitionedBy }), ...(overwrite && { overwrite: { partition } }) };
}
