import type { OrderItem } from '../ast/queries.ts';
import { expression } from './expressions.ts';
import type { TokenStream } from './token-stream.ts';

/** `value [ASC | DESC] [NULLS FIRST | NULLS LAST]` */
export function orderItem(stream: TokenStream): OrderItem {
  const start = stream.token;
  const value = expression(stream);
  const descending = stream.accept('DESC');
  if (!descending) stream.accept('ASC');
  const nulls = stream.accept('NULLS') ? stream.expectOneOf(['FIRST', 'LAST'] as const) : undefined;
  return { kind: 'orderItem', expression: value, descending, nulls, span: stream.spanFrom(start) };
}
