import { afterEach, describe, expect, it } from 'vitest';
import { Decimal, type DeclaredFunction, type Millstream, open, scalar, Timestamp, t, type Value } from '../../../src/index.ts';

let opened: Millstream | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function session(functions: Record<string, DeclaredFunction>, more: object = {}): Promise<Millstream> {
  opened = await open({ functions, ...more });
  return opened;
}

/** The first column of a query's rows. */
async function values(ms: Millstream, sql: string): Promise<Value[]> {
  return (await ms.query(sql).rows()).map((row) => Object.values(row)[0]!);
}

async function failure(ms: Millstream, sql: string): Promise<unknown> {
  try {
    return await ms.query(sql).rows();
  } catch (error) {
    return error;
  }
}

const twice = scalar({ args: [t.int()], returns: t.int() }, (n) => (n === null ? null : n * 2));
const from = (rows: string): string => `FROM (VALUES ${rows}) AS v(a, b)`;

describe('scalar functions of a program', () => {
  it('are called with exact values and return them', async () => {
    const show = scalar(
      { args: [t.bigint(), t.decimal(10, 2), t.string(), t.timestamp(3), t.boolean(), t.bytes()], returns: t.string() },
      (a, b, c, d, e, f) => [typeof a, b instanceof Decimal, c, d instanceof Timestamp, e, f instanceof Uint8Array].join(' '),
    );
    const ms = await session({ classes: show });
    const sql = `SELECT classes(a, 1.50, b, TIMESTAMP '2020-01-01 00:00:00.123', a > 1, X'00ff') ${from("(1, 'x'), (2, 'y')")}`;
    expect(await values(ms, sql)).toEqual(['bigint true x true false true', 'bigint true y true true true']);
  });

  it('cast arguments to wider types as Flink does implicitly, and refuse others', async () => {
    const ms = await session({ half: scalar({ args: [t.double()], returns: t.double(), nulls: 'skip' }, (x) => x / 2) });
    expect(await values(ms, `SELECT half(a) ${from('(1, 0), (3, 0)')}`)).toEqual([0.5, 1.5]);
    expect(await failure(ms, "SELECT half('x')")).toMatchObject({ code: 'MS1213', hint: 'it takes HALF(DOUBLE)' });
  });

  it('get NULL, or are not called with it', async () => {
    const call = scalar({ args: [t.int()], returns: t.string().notNull() }, (n) => String(n));
    const skip = scalar({ args: [t.int()], returns: t.string(), nulls: 'skip' }, (n) => String(n + 1));
    const ms = await session({ call_it: call, skip_it: skip });
    const rows = await ms.query(`SELECT call_it(a) AS c, skip_it(a) AS s ${from('(1, 0), (CAST(NULL AS INT), 0)')}`).rows();
    expect(rows).toEqual([
      { c: '1', s: '2' },
      { c: 'null', s: null },
    ]);
  });

  it('refuse what may be NULL where they are declared not to take it', async () => {
    const ms = await session({ f: scalar({ args: [t.int().notNull()], returns: t.int() }, (n) => n) });
    expect(await failure(ms, `SELECT f(CAST(NULL AS INT))`)).toMatchObject({ code: 'MS1213' });
    expect(await values(ms, 'SELECT f(COALESCE(CAST(NULL AS INT), 7))')).toEqual([7]);
  });

  it('stand anywhere in an expression, once for a row', async () => {
    const seen: (number | null)[] = [];
    const watched = scalar({ args: [t.int()], returns: t.int() }, (n) => {
      seen.push(n);
      return n;
    });
    const ms = await session({ watched, twice });
    const rows = await values(
      ms,
      `SELECT watched(a) + twice(watched(a)) ${from('(1, 0), (2, 0), (3, 0)')} WHERE CASE WHEN b = 0 THEN TRUE ELSE watched(b) > 0 END`,
    );
    expect(rows).toEqual([3, 6, 9]);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('are computed once for constants, unless they say they are not deterministic', async () => {
    let calls = 0;
    const counted = (deterministic: boolean): DeclaredFunction =>
      scalar({ args: [t.int()], returns: t.int(), deterministic }, (n) => {
        calls++;
        return n;
      });
    const ms = await session({ stable: counted(true), wild: counted(false) });
    await values(ms, `SELECT stable(1) ${from('(1, 0), (2, 0), (3, 0)')}`);
    expect(calls).toBe(1);
    calls = 0;
    await values(ms, `SELECT wild(1) ${from('(1, 0), (2, 0), (3, 0)')}`);
    expect(calls).toBe(3);
  });

  it('are named, with the arguments and the operator, when they throw', async () => {
    const fails = scalar({ args: [t.string(), t.int()], returns: t.int() }, (text, n) => {
      if (n === 2) throw new RangeError(`no ${text}`);
      return n;
    });
    const ms = await session({ fails });
    const error = await failure(ms, `SELECT fails(b, a) ${from("(1, 'x'), (2, 'y')")}`);
    expect(error).toMatchObject({ code: 'MS1252', domain: 'user' });
    expect(String((error as Error).message)).toMatch(/^FAILS\('y', 2\) in .+\/.+ failed: no y$/);
  });

  it.each([
    ['a text for a number', t.int(), 'x', /INT takes a number, not string/],
    ['a fraction for an integer', t.int(), 1.5, /1.5 does not fit in INT/],
    ['a number beyond the type', t.tinyint(), 200, /200 does not fit in TINYINT/],
    ['a bigint beyond 64 bits', t.bigint(), 2n ** 63n, /does not fit in BIGINT/],
    ['null for NOT NULL', t.bigint().notNull(), null, /null for BIGINT NOT NULL/],
    ['undefined for NOT NULL', t.string().notNull(), undefined, /null for STRING NOT NULL/],
    ['a number for a text', t.string(), 1, /STRING takes a string, not number/],
    ['a Promise', t.int(), Promise.resolve(1), /a Promise is not INT/],
  ])('refuse to return %s', async (_, returns, value, message) => {
    const ms = await session({ f: scalar({ args: [t.int()], returns }, () => value as never) });
    const error = await failure(ms, `SELECT f(a) ${from('(1, 0)')}`);
    expect(error).toMatchObject({ code: 'MS1253' });
    expect((error as Error).message).toMatch(message);
  });

  it('go before built-in functions when a program gives them', async () => {
    const ms = await session({ upper: scalar({ args: [t.string()], returns: t.string(), nulls: 'skip' }, (text) => `${text}!`) });
    expect(await values(ms, "SELECT UPPER('a')")).toEqual(['a!']);
  });

  it('run in one worker, which is said, where more were asked for', async () => {
    const notes: string[] = [];
    const ms = await session({ twice }, { parallelism: 2, onNote: (text: string) => notes.push(text) });
    expect(await values(ms, `SELECT twice(a) ${from('(1, 0)')}`)).toEqual([2]);
    expect(notes.join()).toMatch(/runs in one worker: function TWICE is a value in this thread/);
  });

  it('are refused where they are declared badly', () => {
    const declare = scalar as unknown as (options: unknown, fn?: unknown) => unknown;
    expect(() => declare({ args: [t.int()], returns: t.int(), null: 'skip' }, () => 1)).toThrow(/no option 'null'/);
    expect(() => declare({ args: ['INT'], returns: t.int() }, () => 1)).toThrow(/args takes types such as/);
    expect(() => declare({ args: [], returns: t.int() })).toThrow(/its second argument is a function/);
  });
});

describe('vectorized functions', () => {
  const countChar = scalar(
    { args: [t.string(), t.string()], returns: t.bigint(), vectorized: true, nulls: 'skip' },
    ([text, char], out, rows) => {
      const { values, lengths, bytes } = text!;
      const results = out.values as BigInt64Array;
      const wanted = (char!.get(rows[0]!) as string).charCodeAt(0);
      for (const row of rows) {
        let count = 0;
        const start = (values[row] as number) >>> 0;
        for (let at = start; at < start + lengths[row]!; at++) if (bytes[at] === wanted) count++;
        results[row] = BigInt(count);
      }
    },
  );
  const texts = "('banana', 1), (CAST(NULL AS STRING), 2), ('', 3), ('abba', 4)";

  it('read bytes of columns and write results', async () => {
    const ms = await session({ count_char: countChar });
    expect(await values(ms, `SELECT count_char(a, 'a') ${from(texts)}`)).toEqual([3n, null, 0n, 2n]);
  });

  it('get the rows only that a condition lets through', async () => {
    const ms = await session({ count_char: countChar });
    expect(await values(ms, `SELECT count_char(a, 'a') ${from(texts)} WHERE b > 2`)).toEqual([0n, 2n]);
  });

  it('stand in conditions and inside other expressions', async () => {
    const ms = await session({ count_char: countChar });
    expect(await values(ms, `SELECT count_char(LOWER(a), 'a') + 1 ${from(texts)} WHERE count_char(a, 'b') > 0`)).toEqual([4n, 3n]);
  });

  it('write values of any type, nulls, and longer texts than the arena has room for', async () => {
    const long = scalar({ args: [t.string(), t.int()], returns: t.string(), vectorized: true }, ([text, n], out, rows) => {
      for (const row of rows) {
        if (n!.get(row) === 2) out.setNull(row);
        else out.set(row, String(text!.get(row)).repeat(1_000_000));
      }
    });
    const ms = await session({ long });
    const rows = (await values(ms, `SELECT long(a, b) ${from(texts)}`)) as (string | null)[];
    expect(rows.map((text) => text?.length)).toEqual([6_000_000, undefined, 0, 4_000_000]);
  });

  it('are refused for a value that the type does not hold', async () => {
    const ms = await session({
      bad: scalar({ args: [t.int()], returns: t.int().notNull(), vectorized: true }, (_, out, rows) => {
        for (const row of rows) out.setNull(row);
      }),
    });
    expect(await failure(ms, `SELECT bad(a) ${from('(1, 0)')}`)).toMatchObject({
      code: 'MS1252',
      message: expect.stringMatching(/BAD\(.*\) in .* failed: null for INT NOT NULL/),
    });
  });
});

describe('CREATE FUNCTION', () => {
  const module = import.meta.url;

  it('loads a declared function of a module', async () => {
    const ms = await session({}, { module });
    await ms.sql("CREATE FUNCTION count_char AS './modules/text.ts#countChar'");
    await ms.sql("CREATE TEMPORARY FUNCTION next_int AS './modules/text.ts' LANGUAGE TYPESCRIPT");
    const rows = await ms.query(`SELECT Count_Char(b, 'a') AS n, next_int(a) AS m ${from("(1, 'banana')")}`).rows();
    expect(rows).toEqual([{ n: 3n, m: 2 }]);
    expect(await values(ms, 'SHOW USER FUNCTIONS')).toEqual(['count_char', 'next_int']);
    expect(await values(ms, "SHOW FUNCTIONS LIKE 'count%'")).toEqual(['count', 'count_char']);
  });

  it('is undone by DROP and replaced by ALTER', async () => {
    const ms = await session({}, { module });
    await ms.sql("CREATE FUNCTION f AS './modules/text.ts#countChar'");
    await ms.sql("CREATE FUNCTION IF NOT EXISTS f AS './modules/text.ts#default'");
    await expect(ms.sql("CREATE FUNCTION F AS './modules/text.ts#default'")).rejects.toMatchObject({ code: 'MS1107' });
    expect(await values(ms, "SELECT f('aba', 'a')")).toEqual([2n]);
    await ms.sql("ALTER FUNCTION f AS './modules/text.ts#default'");
    expect(await values(ms, 'SELECT f(1)')).toEqual([2]);
    await ms.sql('DROP FUNCTION f; DROP FUNCTION IF EXISTS f');
    await expect(ms.sql('DROP FUNCTION f')).rejects.toMatchObject({ code: 'MS1106' });
    expect(await failure(ms, 'SELECT f(1)')).toMatchObject({ code: 'MS1106' });
  });

  it.each([
    ["'./modules/none.ts#f'", 'MS5002'],
    ["'./modules/text.ts#none'", 'MS1255'],
    ["'./modules/text.ts#notDeclared'", 'MS1254'],
    ["'com.example.Udf'", 'MS1255'],
    ["'com.example.Udf' LANGUAGE JAVA", 'MS1402'],
  ])('refuses %s', async (target, code) => {
    const ms = await session({}, { module });
    await expect(ms.sql(`CREATE FUNCTION f AS ${target}`)).rejects.toMatchObject({ code, span: { line: 1 } });
  });

  it('notes that a built-in function goes before it, and lets a system function go before that', async () => {
    const notes: string[] = [];
    const ms = await session({}, { module, onNote: (text: string) => notes.push(text) });
    await ms.sql("CREATE FUNCTION sign AS './modules/text.ts#default'");
    expect(await values(ms, 'SELECT SIGN(-1)')).toEqual([-1]);
    expect(notes.join()).toMatch(/sign is a built-in function, too/);
    await ms.sql("DROP FUNCTION sign; CREATE TEMPORARY SYSTEM FUNCTION sign AS './modules/text.ts#default'");
    expect(await values(ms, 'SELECT SIGN(-1)')).toEqual([0]);
  });
});
