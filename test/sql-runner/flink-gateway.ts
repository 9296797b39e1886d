import { setTimeout as sleep } from 'node:timers/promises';
import { JsonObject, type JsonValue, parseJson } from './json-text.ts';

/** What Flink says is wrong: the deepest cause, without Java's stack. */
export class FlinkError extends Error {
  override readonly name = 'FlinkError';
}

export interface FlinkColumn {
  readonly name: string;
  readonly type: JsonObject;
}

export interface FlinkRow {
  readonly kind: string;
  readonly fields: readonly JsonValue[];
}

export interface FlinkResult {
  readonly columns: readonly FlinkColumn[];
  readonly rows: readonly FlinkRow[];
}

/** One session of Flink's SQL Gateway (REST API v3). */
export class FlinkSession {
  readonly #gateway: string;
  readonly #path: string;

  private constructor(gateway: string, path: string) {
    this.#gateway = gateway;
    this.#path = path;
  }

  static async open(gateway: string): Promise<FlinkSession> {
    const opened = await request('POST', `${gateway}/v3/sessions`, { properties: {} });
    return new FlinkSession(gateway, `/v3/sessions/${text(opened.get('sessionHandle'))}`);
  }

  /** The session's time zone: what SET has made it, else the gateway's own, which is taken to be UTC. */
  async timeZone(): Promise<string> {
    const { properties } = Object.fromEntries((await request('GET', this.#gateway + this.#path)).members);
    const zone = properties instanceof JsonObject ? properties.get('table.local-time-zone') : undefined;
    return typeof zone === 'string' && zone !== 'default' ? zone : 'UTC';
  }

  /** Runs a statement to its end and resolves with all pages of its result. Rejects with a FlinkError. */
  async run(statement: string): Promise<FlinkResult> {
    const started = await request('POST', `${this.#gateway}${this.#path}/statements`, { statement });
    const operation = `${this.#path}/operations/${text(started.get('operationHandle'))}`;
    const rows: FlinkRow[] = [];
    let columns: readonly FlinkColumn[] = [];
    let next: string | undefined = `${operation}/result/0?rowFormat=JSON`;
    while (next !== undefined) {
      const page: JsonObject = await request('GET', this.#gateway + next);
      const results = page.get('results');
      const data = results instanceof JsonObject ? objects(results.get('data')) : [];
      if (results instanceof JsonObject) columns = objects(results.get('columns')).map(columnOf);
      rows.push(...data.map(rowOf));
      next = optionalText(page.get('nextResultUri'));
      if (data.length === 0) await sleep(20);
    }
    return { columns, rows };
  }

  async close(): Promise<void> {
    await request('DELETE', this.#gateway + this.#path);
  }
}

async function request(method: string, url: string, body?: object): Promise<JsonObject> {
  const response = await fetch(url, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
  const answer = parseJson(await response.text());
  if (!(answer instanceof JsonObject)) throw new FlinkError(`${url} answered no object`);
  if (response.ok) return answer;
  const errors = answer.get('errors');
  throw new FlinkError(Array.isArray(errors) ? deepestCause(String(errors.at(-1))) : response.statusText);
}

const CAUSE = /(?:^|\n)(?:Caused by: )?([\w.$]+(?:Exception|Error)(?:: [\s\S]*?)?)(?=\n\s+at |\n\tat |$)/g;

/** The last `Caused by:` of a Java stack trace. */
function deepestCause(trace: string): string {
  const causes = [...trace.matchAll(CAUSE)].map((match) => match[1] ?? '');
  return (causes.at(-1) ?? trace).trim();
}

const columnOf = (column: JsonObject): FlinkColumn => ({ name: text(column.get('name')), type: column.get('logicalType') as JsonObject });

const rowOf = (row: JsonObject): FlinkRow => ({ kind: text(row.get('kind')), fields: row.get('fields') as readonly JsonValue[] });

const objects = (value: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : []);

const optionalText = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

function text(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  throw new FlinkError('the gateway answered something unexpected');
}
