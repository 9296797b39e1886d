// A user's JavaScript, run from the packed and installed package by .ci/run.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

const importMsMax = 50;
const time = `const t = performance.now(); await import('millstream'); console.log(performance.now() - t)`;
const times = Array.from({ length: 5 }, () => Number(execFileSync(process.execPath, ['--input-type=module', '-e', time], { encoding: 'utf8' })));
const importMs = Math.min(...times);
console.log(`import millstream: ${importMs.toFixed(1)} ms`);
assert.ok(importMs < importMsMax, `importing the core takes ${importMs} ms`);

const { open, SqlError } = await import('millstream');
const error = new SqlError('MS1001', 'unexpected token', { hint: 'remove it' });
assert.equal(error.domain, 'user');
assert.equal(error.hint, 'remove it');

const ms = await open();
assert.deepEqual(await ms.query`SELECT ${1} + 1 AS two`.rows(), [{ two: 2 }]);
await ms.close();
