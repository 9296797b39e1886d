import { afterAll, describe, expect, it } from 'vitest';
import { differenceOf } from '../docs/compare-output.ts';
import { filesWith, inFolder } from '../docs/files.ts';
import { SqlOutput } from '../docs/sql-output.ts';
import { BOOTSTRAP, isRequired } from './support/required.ts';

/** The pages whose snippets need a broker, and so do not run with the others. */
const pages = filesWith('sql').filter(({ path }) => /connectors\/(upsert-)?kafka\.md$/.test(path));
/** Topics of their own, on the broker of the tests. */
const PREFIX = `docs-${process.pid}-${Date.now() % 1e6}-`;
const adapted = (text: string): string => text.replaceAll('127.0.0.1:9092', BOOTSTRAP).replace(/('topic' = ')/g, `$1${PREFIX}`);

describe.skipIf(!isRequired)('SQL in the documentation of Kafka (MILLSTREAM_REQUIRE=kafka)', () => {
  const home = process.cwd();
  afterAll(() => process.chdir(home));

  it.each(pages.map(({ path, snippets }) => [path, snippets] as const))('%s runs and prints what it says', (_, snippets) =>
    inFolder(async (folder) => {
      process.chdir(folder);
      const session = await SqlOutput.open();
      for (const { text, expected } of snippets) {
        const output = await session.run(adapted(text));
        expect(output.filter((line) => line.startsWith('error'))).toEqual([]);
        if (expected !== undefined) expect(differenceOf(expected, output, true)).toBeUndefined();
      }
      process.chdir(home);
    }),
  );
});
