import { DataError } from '../../common/errors.ts';
import { messageOf } from '../../common/message-of.ts';
import { showValue } from '../../data/types/descriptor.ts';

/** What is used of Standard Schema (standardschema.dev): the form in which Zod, Valibot, ArkType and others offer validation. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };

/** What a schema takes, and what it makes of it. */
export type InputOfStandard<S extends StandardSchema> = NonNullable<S['~standard']['types']>['input'];
export type OutputOfStandard<S extends StandardSchema> = NonNullable<S['~standard']['types']>['output'];

/** Whether a value is a Standard Schema; some are functions. */
export const isStandardSchema = (value: unknown): value is StandardSchema =>
  (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value;

/** The rows as the schema makes them. Throws MS1503 at the first that it refuses, or that it cannot judge at once. */
export function* validated(rows: Iterable<unknown>, schema: StandardSchema): Generator<Record<string, unknown>> {
  let number = 0;
  for (const row of rows) {
    number++;
    const result = judged(() => schema['~standard'].validate(row), row, number);
    if (result instanceof Promise) {
      throw new DataError('MS1503', 'the schema judges rows asynchronously', { hint: 'hand the rows over as an async iterable' });
    }
    yield accepted(result, row, number);
  }
}

/** As `validated`, for rows that come in time; the schema may take its time, too. */
export async function* validatedAsync(rows: AsyncIterable<unknown>, schema: StandardSchema): AsyncGenerator<Record<string, unknown>> {
  let number = 0;
  for await (const row of rows) {
    number++;
    yield accepted(await judgedLater(async () => schema['~standard'].validate(row), row, number), row, number);
  }
}

function judged<T>(judge: () => T, row: unknown, number: number): T {
  try {
    return judge();
  } catch (cause) {
    throw failed(cause, row, number);
  }
}

async function judgedLater<T>(judge: () => Promise<T>, row: unknown, number: number): Promise<T> {
  try {
    return await judge();
  } catch (cause) {
    throw failed(cause, row, number);
  }
}

function failed(cause: unknown, row: unknown, number: number): DataError {
  return new DataError('MS1503', `the schema failed at row ${number}: ${messageOf(cause)}`, { cause, detail: showValue(row) });
}

function accepted(result: StandardResult<unknown>, row: unknown, number: number): Record<string, unknown> {
  if (result.issues === undefined) return result.value as Record<string, unknown>;
  const issues = result.issues.map(({ message, path = [] }) =>
    [path.map(keyText).join('.'), message].filter((part) => part !== '').join(': '),
  );
  throw new DataError('MS1503', `the schema refuses row ${number}: ${issues.join('; ')}`, { detail: showValue(row) });
}

const keyText = (part: PropertyKey | { readonly key: PropertyKey }): string => String(typeof part === 'object' ? part.key : part);
