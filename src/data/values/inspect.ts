/** The key under which Node looks for a value's own form in console.log; other engines ignore it. */
export const inspect: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;
