import { describe, expect, it } from 'vitest';
import { memory, open, t } from '../../../src/index.ts';

/** What JavaScript allows and TypeScript does not, or not always. */
const untyped = (value: unknown): never => value as never;
const codeOf = async (act: () => unknown): Promise<unknown> => {
  try {
    await act();
  } catch (error) {
    return [(error as { code?: unknown }).code, (error as Error).message, (error as { hint?: unknown }).hint];
  }
  return undefined;
};

describe('misuse of the typed API', () => {
  it('is refused where an expression is taken for a value', async () => {
    await using ms = await open();
    const rows = ms.from(memory([{ a: 5 }], { schema: { a: t.int() } }));
    const misuses = [
      () => rows.where((r) => untyped((r.a as unknown as number) > 1)),
      () => rows.select((r) => ({ x: untyped((r.a as unknown as number) + 1) })),
      () => rows.select((r) => ({ x: `${r.a as unknown as string}!` })),
    ];
    for (const misuse of misuses) {
      expect(await codeOf(misuse)).toEqual(['MS1205', 'an expression is not a JavaScript value', expect.stringContaining('r.a.gt(1)')]);
    }
  });

  it('is refused where a condition does not depend on a row', async () => {
    await using ms = await open();
    const rows = ms.from(memory([{ a: 5 }], { schema: { a: t.int() } }));
    expect(await codeOf(() => rows.where((r) => untyped((r.a as unknown) === 5)))).toEqual([
      'MS1205',
      'the condition is false for every row',
      expect.stringContaining('r.a.eq(1)'),
    ]);
  });

  it.each([
    [{ dirr: 'x' }, ['MS1301', "open() has no option 'dirr'", expect.stringContaining('dir')]],
    [{ dir: '' }, ['MS1303', "open({ dir }) takes a folder's path", undefined]],
    [{ checkpoint: 1000 }, ['MS1303', 'open({ checkpoint }) needs a folder', "add dir: './state'"]],
  ])('open(%j) is refused', async (options, error) => {
    expect(await codeOf(() => open(untyped(options)))).toEqual(error);
  });

  it('is refused where memory() has no schema', async () => {
    expect(await codeOf(() => memory([{ a: 1 }], untyped(undefined)))).toEqual(['MS1302', 'memory() needs a schema', expect.any(String)]);
    expect(await codeOf(() => memory([{ a: 1 }], untyped({ schema: 7 })))).toEqual([
      'MS1302',
      'memory() needs a schema',
      expect.any(String),
    ]);
  });

  it('names the row at which a schema fails', async () => {
    await using ms = await open();
    const schema = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate(value: unknown): { value: { a: number } } {
          if ((value as { a: number }).a > 1) throw new Error('oops');
          return { value: value as { a: number } };
        },
      },
    };
    const make = () =>
      ms.from(memory([{ a: 1 }, { a: 2 }], { schema, columns: { a: t.int() } } as never)) as unknown as { rows(): unknown };
    expect(await codeOf(() => make().rows())).toEqual(['MS1503', 'the schema failed at row 2: oops', undefined]);
  });
});
