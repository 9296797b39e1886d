// A user's TypeScript, compiled and run against the packed and installed package by .ci/run.
import { count, type ErrorCode, memory, open, SqlError, type StreamError, t } from 'millstream';

const code: ErrorCode = 'MS1001';
const error: StreamError = new SqlError(code, 'unexpected token');
if (error.code !== code) throw new Error('the code is lost');
// @ts-expect-error: there is no such code.
new SqlError('MS0', '');

await using ms = await open();
const trips = ms.from(memory([{ city: 'Oslo' }, { city: 'Oslo' }], { schema: { city: t.string() } }));
const perCity = trips.groupBy('city').select((r) => ({ city: r.city, trips: count() }));
const [row] = await perCity.rows();
const answer: { city: string | null; trips: bigint } | undefined = row;
if (answer?.trips !== 2n) throw new Error('the count is wrong');
// @ts-expect-error: there is no such column.
export const wrong = () => trips.select('town');
