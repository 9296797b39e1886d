import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/api/session.ts';
import { Messages } from '../../../src/cli/messages.ts';
import { Output } from '../../../src/cli/output/output.ts';
import { JobGroup } from '../../../src/cli/script/job-group.ts';
import { runStatements } from '../../../src/cli/script/run-script.ts';
import { createColours } from '../../../src/cli/terminal/colours.ts';
import { Screen } from '../../../src/cli/terminal/screen.ts';
import { StatusLine } from '../../../src/cli/terminal/status-line.ts';
import { TerminalPresenter } from '../../../src/cli/terminal/terminal-presenter.ts';

/** Runs a script on a terminal of 80 columns and 12 rows. What is drawn on it is told apart from what is printed. */
async function onTerminal(text: string, { columns = 80, rows = 12 } = {}) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const drawn: string[] = [];
  const terminal = { columns, rows, write: (frame: string) => drawn.push(frame) > 0 };
  const messages = new Messages({ stream: stderr, colours: createColours(false), debug: false });
  const output = new Output(stdout);
  const session = await Session.open();
  session.settings.set('table.local-time-zone', 'Europe/Berlin');
  const observer = new StatusLine(new Screen(terminal), messages);
  const presenter = new TerminalPresenter({
    output,
    screen: new Screen(terminal),
    kernels: session.kernels,
    timeZone: () => session.settings.timeZone,
    messages,
    pauseStatus: () => observer.pause(),
  });
  const jobs = new JobGroup();
  await runStatements(session.parse(text), text, { session, presenter, messages, jobs, observer, foreground: false });
  await jobs.allFinished();
  return { stdout: printed(stdout), stderr: printed(stderr), drawn };
}

/** All that was written: newer Nodes hand out one chunk at a time. */
function printed(stream: PassThrough): string {
  const chunks: Buffer[] = [];
  for (let chunk = stream.read() as Buffer | null; chunk !== null; chunk = stream.read() as Buffer | null) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const rate = (rows: number) => `CREATE TABLE r WITH ('connector' = 'rate', 'rowsPerSecond' = '100', 'number-of-rows' = '${rows}');`;

describe('results on a terminal', () => {
  it('are tables', async () => {
    const { stdout, stderr } = await onTerminal("SELECT a, UPPER(b) AS b FROM (VALUES (1, 'x'), (22, CAST(NULL AS STRING))) AS t (a, b)");
    expect(stdout).toBe(' a  b\n──  ────\n 1  X\n22  NULL\n');
    expect(stderr).toMatch(/^2 rows in \d+ ms\n$/);
  });

  it('of updates are what the changes come to', async () => {
    const text = "SET 'millstream.changelog' = 'record'; SELECT k, COUNT(*) AS n FROM (VALUES ('a'), ('b'), ('a')) AS t (k) GROUP BY k";
    expect((await onTerminal(text)).stdout).toBe('k  n\n─  ─\na  2\nb  1\n');
  });

  it('show instants in the time zone of the session', async () => {
    const text = "SELECT CAST(TIMESTAMP '2020-01-01 10:00:00' AS TIMESTAMP_LTZ(3)) AS t";
    expect((await onTerminal(text)).stdout).toContain('2020-01-01 10:00:00.000');
  });

  it('are drawn while they change, with a line of status', async () => {
    const { drawn, stdout } = await onTerminal(`${rate(60)} SELECT COUNT(*) AS n FROM r`);
    const frames = drawn.filter((frame) => frame.includes('rows/s'));
    expect(frames.length).toBeGreaterThanOrEqual(1);
    expect(frames.length).toBeLessThanOrEqual(30);
    expect(frames.at(-1)).toMatch(/ late · state /);
    expect(stdout).toBe(' n\n──\n60\n');
  });

  it('that only grow show their last rows as far as the screen goes', async () => {
    const { drawn, stdout } = await onTerminal(`${rate(60)} SELECT \`value\` FROM r`);
    const last = drawn.filter((frame) => frame.includes('rows/s')).at(-1)!;
    expect(last).toMatch(/… \d+ earlier rows/);
    expect(last.split('\n').length).toBeLessThan(12);
    expect(stdout.split('\n')).toHaveLength(2 + 60 + 1);
  });

  it('fit into a narrow terminal', async () => {
    const { stdout } = await onTerminal("SELECT 'a long text that does not fit' AS first_column, 12345 AS second_column", { columns: 30 });
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThan(30);
  });

  it('of SHOW are tables, too, and long texts are printed as they are', async () => {
    const { stdout } = await onTerminal(`${rate(1)} SHOW TABLES; SHOW CREATE TABLE r;`);
    expect(stdout).toMatch(/^table name\n─+\nr\nCREATE TABLE `r` \(\n/);
  });

  it('of INSERTs are told beside them', async () => {
    const { stdout, stderr } = await onTerminal(
      `${rate(5)} CREATE TABLE b (v BIGINT) WITH ('connector' = 'blackhole'); INSERT INTO b SELECT \`value\` FROM r`,
    );
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^INSERT INTO b: 5 rows read, 5 written in /);
  });
});
