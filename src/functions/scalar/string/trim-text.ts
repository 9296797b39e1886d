import { type SqlType, types } from '../../../data/types/sql-type.ts';

/** TRIM's result: VARCHAR as long as the text. */
export const trimmed = (text: SqlType | undefined): SqlType => types.varchar('length' in text! ? text.length : 1);

/** Takes characters of a set (a text's characters, by default the space) off the ends of a text. */
export function trimText(text: string, set: string, leading: boolean, trailing: boolean): string {
  const chars = new Set(set);
  const points = [...text];
  let start = 0;
  let end = points.length;
  if (leading) while (start < end && chars.has(points[start]!)) start++;
  if (trailing) while (end > start && chars.has(points[end - 1]!)) end--;
  return points.slice(start, end).join('');
}
