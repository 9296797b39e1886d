import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { isRequired, PORT } from './required.ts';

const script = fileURLToPath(new URL('../../../scripts/kafka-up.sh', import.meta.url));
const run = promisify(execFile);

/** Starts a broker for all test files that need one, and ends it again; one that runs there already is used and left alone. */
export default async function setup(_project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!isRequired || (await isListening(PORT))) return undefined;
  const env = { ...process.env, KAFKA_PORT: String(PORT) };
  await run(script, [], { env, timeout: 600_000 });
  return async () => {
    await run(script, ['stop'], { env });
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
