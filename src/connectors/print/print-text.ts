import type { Column } from '../../data/column.ts';
import { unscaledAt } from '../../data/types/decimal-descriptor.ts';
import { descriptorOf } from '../../data/types/descriptors.ts';
import type { DecimalType, TypeRoot } from '../../data/types/sql-type.ts';
import { epochMsAt, nanoOfMsAt } from '../../data/types/time-descriptors.ts';
import { clockText, dateText } from '../../data/values/time-text.ts';

type Printer = (column: Column, row: number) => string;

/**
 * The text of a value in Flink's print sink, which is that of Java's classes and not of a CAST: `null`, `true`, times in ISO 8601
 * without the seconds that are 0, instants in UTC, bytes as signed numbers, rows with their kind.
 */
export function printText(column: Column, row: number): string {
  if (column.isNull(row)) return 'null';
  const printer = printers[column.type.root];
  return printer === undefined ? descriptorOf(column.type).text(column, row) : printer(column, row);
}

const printers: Partial<Record<TypeRoot, Printer>> = {
  BOOLEAN: (column, row) => (column.values[row] === 1 ? 'true' : 'false'),
  DECIMAL: decimalText,
  BINARY: bytesText,
  VARBINARY: bytesText,
  TIME: (column, row) => isoTime(Number(column.values[row]), 0, false),
  TIMESTAMP: (column, row) => isoTimestamp(column, row, false),
  TIMESTAMP_LTZ: (column, row) => `${isoTimestamp(column, row, true)}Z`,
  ROW: (column, row) => `+I[${column.children.map((child) => printText(child, row)).join(', ')}]`,
  ARRAY: (column, row) => `[${elements(column, row, 0).join(', ')}]`,
  MAP: (column, row) => {
    const values = elements(column, row, 1);
    return `{${elements(column, row, 0)
      .map((key, i) => `${key}=${values[i]}`)
      .join(', ')}}`;
  },
};

function elements(column: Column, row: number, part: number): string[] {
  const child = column.children[part]!;
  const start = Number(column.values[row]);
  return Array.from({ length: Number(column.aux[row]) }, (_, i) => printText(child, start + i));
}

function bytesText(column: Column, row: number): string {
  const bytes = column.memory.bytes(Number(column.values[row]), Number(column.aux[row]));
  return `[${new Int8Array(bytes).join(', ')}]`;
}

/** As BigDecimal writes it: with an exponent when it has more than six zeros after the point. */
function decimalText(column: Column, row: number): string {
  const unscaled = unscaledAt(column, row);
  const { scale } = column.type as DecimalType;
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  const exponent = digits.length - 1 - scale;
  if (exponent >= -6) return descriptorOf(column.type).text(column, row);
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${unscaled < 0n ? '-' : ''}${mantissa}E${exponent}`;
}

function isoTimestamp(column: Column, row: number, allSeconds: boolean): string {
  const epochMs = epochMsAt(column, row);
  const day = Math.floor(epochMs / 86_400_000);
  return `${dateText(day)}T${isoTime(epochMs - day * 86_400_000, nanoOfMsAt(column, row), allSeconds)}`;
}

/** `10:11`, `10:11:12`, and the fraction in three, six or nine digits. */
function isoTime(msOfDay: number, nanoOfMs: number, allSeconds: boolean): string {
  const clock = clockText(msOfDay);
  const nanos = (msOfDay % 1000) * 1_000_000 + nanoOfMs;
  if (nanos === 0) return allSeconds || !clock.endsWith(':00') ? clock : clock.slice(0, 5);
  const fraction = String(nanos).padStart(9, '0');
  const length = nanos % 1_000_000 === 0 ? 3 : nanos % 1000 === 0 ? 6 : 9;
  return `${clock}.${fraction.slice(0, length)}`;
}
