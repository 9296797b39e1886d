import { afterEach, describe, expect, it } from 'vitest';
import { type DeclaredFunction, type Millstream, open, t, table } from '../../../src/index.ts';

let opened: Millstream | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function session(functions: Record<string, DeclaredFunction>, more: object = {}): Promise<Millstream> {
  opened = await open({ functions, ...more });
  return opened;
}

const words = table({ args: [t.string()], returns: { word: t.string(), length: t.int().notNull() }, nulls: 'skip' }, function* (text) {
  for (const word of text.split(' ')) if (word !== '') yield { word, length: word.length };
});
const LINES = "(VALUES (1, 'to be or'), (2, ''), (3, CAST(NULL AS STRING)), (4, 'not')) AS l(id, line)";

async function rows(ms: Millstream, sql: string): Promise<unknown> {
  return ms.query(sql).rows();
}

async function failure(ms: Millstream, sql: string): Promise<unknown> {
  try {
    return await ms.query(sql).rows();
  } catch (error) {
    return error;
  }
}

describe('table functions of a program', () => {
  it('put rows beside the row they are made of', async () => {
    const ms = await session({ words });
    const expected = [
      { id: 1, word: 'to', length: 2 },
      { id: 1, word: 'be', length: 2 },
      { id: 1, word: 'or', length: 2 },
      { id: 4, word: 'not', length: 3 },
    ];
    expect(await rows(ms, `SELECT id, word, length FROM ${LINES}, LATERAL TABLE(words(line))`)).toEqual(expected);
    expect(await rows(ms, `SELECT id, w AS word, n AS length FROM ${LINES} CROSS JOIN LATERAL TABLE(words(line)) AS x(w, n)`)).toEqual(
      expected,
    );
    expect(await rows(ms, `SELECT id, w AS word, n AS length FROM ${LINES} JOIN LATERAL TABLE(words(line)) AS x(w, n) ON n > 2`)).toEqual([
      expected[3],
    ]);
  });

  it('leave rows of which none is made beside NULLs with LEFT JOIN', async () => {
    const ms = await session({ words });
    expect(await rows(ms, `SELECT id, word FROM ${LINES} LEFT JOIN LATERAL TABLE(words(line)) ON TRUE WHERE id > 1`)).toEqual([
      { id: 2, word: null },
      { id: 3, word: null },
      { id: 4, word: 'not' },
    ]);
  });

  it('stand alone, and take expressions', async () => {
    const ms = await session({ words });
    expect(await rows(ms, "SELECT word FROM TABLE(words('a ' || 'b'))")).toEqual([{ word: 'a' }, { word: 'b' }]);
    expect(await rows(ms, `SELECT word FROM ${LINES}, LATERAL TABLE(words(UPPER(line))) WHERE id = 4`)).toEqual([{ word: 'NOT' }]);
  });

  it('may make very many rows of one, and be grouped', async () => {
    const upTo = table({ args: [t.int()], returns: { n: t.bigint() } }, function* (end) {
      for (let n = 1; n <= (end ?? 0); n++) yield { n: BigInt(n) };
    });
    const ms = await session({ up_to: upTo });
    expect(await rows(ms, 'SELECT COUNT(*) AS c, SUM(n) AS s FROM (VALUES (20000), (1), (0)) AS v(a), LATERAL TABLE(up_to(a))')).toEqual([
      { c: 20001n, s: 200010001n },
    ]);
  });

  it('take back what they made when a row is taken back', async () => {
    const ms = await session({ words });
    await ms.sql("SET 'millstream.changelog' = 'record'");
    const grouped = "(SELECT MAX(line) AS line FROM (VALUES ('a b'), ('c')) AS v(line))";
    expect(await rows(ms, `SELECT word, COUNT(*) AS n FROM ${grouped}, LATERAL TABLE(words(line)) GROUP BY word`)).toEqual([
      { word: 'c', n: 1n },
    ]);
  });

  it('that are not deterministic are refused over rows that are updated', async () => {
    const wild = table({ args: [t.bigint()], returns: { x: t.double() }, deterministic: false }, () => [{ x: 0.5 }]);
    const ms = await session({ wild });
    expect(await failure(ms, 'SELECT x FROM (SELECT COUNT(*) AS n FROM (VALUES (1)) AS v(a)), LATERAL TABLE(wild(n))')).toMatchObject({
      code: 'MS1257',
    });
  });

  it('are named when they fail or yield what the types do not hold', async () => {
    const ms = await session({
      thrower: table({ args: [t.int()], returns: { x: t.int() } }, function* (n) {
        yield { x: 1 };
        if (n === 2) throw new Error('no two');
      }),
      wrong: table({ args: [t.int()], returns: { x: t.int() } }, () => [{ x: 'one' }] as never),
      nothing: table({ args: [t.int()], returns: { x: t.int() } }, () => undefined as never),
      plain: table({ args: [t.int()], returns: { x: t.int() } }, () => [1] as never),
    });
    const call = (name: string): string => `SELECT x FROM (VALUES (1), (2)) AS v(a), LATERAL TABLE(${name}(a))`;
    expect(await failure(ms, call('thrower'))).toMatchObject({
      code: 'MS1252',
      message: expect.stringMatching(/THROWER\(2\) in .*no two/),
    });
    expect(await failure(ms, call('wrong'))).toMatchObject({
      code: 'MS1253',
      message: expect.stringMatching(/WRONG\(1\).*INT takes a number/),
    });
    expect(await failure(ms, call('nothing'))).toMatchObject({ code: 'MS1253' });
    expect(await failure(ms, call('plain'))).toMatchObject({ code: 'MS1253' });
  });

  it('are refused with arguments of other types, and as scalar functions', async () => {
    const ms = await session({ words });
    expect(await failure(ms, 'SELECT word FROM TABLE(words(1))')).toMatchObject({ code: 'MS1213', hint: 'it takes WORDS(STRING)' });
    expect(await failure(ms, "SELECT words('a')")).toMatchObject({ code: 'MS1204' });
  });
});
