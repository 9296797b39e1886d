import type { Identifier } from '../ast/node.ts';
import type { FrameBound, NamedWindow, WindowFrame, WindowSpecification } from '../ast/queries.ts';
import { unexpected } from './errors.ts';
import { expression, expressionItem } from './expressions.ts';
import { identifier, isName } from './names.ts';
import { orderItem } from './order.ts';
import type { TokenStream } from './token-stream.ts';

/** What stands behind OVER: a name, or a window in parentheses. */
export function windowReference(stream: TokenStream): WindowSpecification | Identifier {
  if (stream.is('(')) return windowSpecification(stream);
  if (!isName(stream.token)) throw unexpected(stream, ['(', 'the name of a window']);
  return identifier(stream);
}

/** `name AS (window)` in a WINDOW clause. */
export function namedWindow(stream: TokenStream): NamedWindow {
  const start = stream.token;
  const name = identifier(stream);
  stream.expect('AS');
  return { kind: 'namedWindow', name, window: windowSpecification(stream), span: stream.spanFrom(start) };
}

function windowSpecification(stream: TokenStream): WindowSpecification {
  const start = stream.expect('(');
  const base = isName(stream.token) ? identifier(stream) : undefined;
  const partitionBy = stream.acceptAll('PARTITION', 'BY') ? stream.list(expressionItem) : [];
  const orderBy = stream.acceptAll('ORDER', 'BY') ? stream.list(orderItem) : [];
  const frame = stream.is('ROWS') || stream.is('RANGE') ? windowFrame(stream) : undefined;
  const allowPartial = partial(stream);
  stream.close(')');
  return { kind: 'window', base, partitionBy, orderBy, frame, allowPartial, span: stream.spanFrom(start) };
}

function partial(stream: TokenStream): boolean | undefined {
  if (stream.acceptAll('ALLOW', 'PARTIAL')) return true;
  return stream.acceptAll('DISALLOW', 'PARTIAL') ? false : undefined;
}

function windowFrame(stream: TokenStream): WindowFrame {
  const first = stream.token;
  const unit = stream.expectOneOf(['ROWS', 'RANGE'] as const);
  const between = stream.accept('BETWEEN');
  const start = frameBound(stream);
  let end: FrameBound | undefined;
  if (between) {
    stream.expect('AND');
    end = frameBound(stream);
  }
  return { kind: 'frame', unit, start, end, span: stream.spanFrom(first) };
}

function frameBound(stream: TokenStream): FrameBound {
  const start = stream.token;
  if (stream.acceptAll('CURRENT', 'ROW'))
    return { kind: 'frameBound', bound: 'CURRENT ROW', offset: undefined, span: stream.spanFrom(start) };
  if (stream.accept('UNBOUNDED')) {
    const direction = stream.expectOneOf(['PRECEDING', 'FOLLOWING'] as const);
    return { kind: 'frameBound', bound: `UNBOUNDED ${direction}`, offset: undefined, span: stream.spanFrom(start) };
  }
  const offset = expression(stream);
  const bound = stream.expectOneOf(['PRECEDING', 'FOLLOWING'] as const);
  return { kind: 'frameBound', bound, offset, span: stream.spanFrom(start) };
}
