/** The order rows are compared in: as they come, whole rows sorted, or all values sorted. */
export type SortMode = 'nosort' | 'rowsort' | 'valuesort';

/** What an error must be like; what is undefined may be anything. */
export interface ExpectedError {
  readonly code: string | undefined;
  /** `line:column` in the statement, from 1. */
  readonly place: string | undefined;
  readonly message: RegExp | undefined;
}

export type SltRecord = { readonly line: number; readonly skip: SkipCondition } & (
  | { readonly kind: 'statement'; readonly sql: string; readonly error: ExpectedError | undefined }
  | {
      readonly kind: 'query';
      readonly sql: string;
      readonly sort: SortMode;
      /** Whether the changes are compared, instead of the rows they come to. */
      readonly changelog: boolean;
      /** `(name TYPE, ...)`, where the file says it. */
      readonly columns: string | undefined;
      readonly rows: readonly string[];
      /** Where the expected rows begin and end in the file, as line indexes, for a tool that fills them in. */
      readonly resultLines: readonly [number, number];
    }
  | { readonly kind: 'stream'; readonly name: string; readonly sql: string }
  | { readonly kind: 'push'; readonly table: string; readonly rows: readonly string[] }
  | { readonly kind: 'watermark'; readonly table: string; readonly timestamp: string }
  | { readonly kind: 'end'; readonly table: string }
  | { readonly kind: 'emits'; readonly stream: string; readonly sort: SortMode; readonly changes: readonly string[] }
  | { readonly kind: 'late'; readonly stream: string; readonly count: number }
);

/** `skipif ENGINE` and `onlyif ENGINE` lines before a record. */
export interface SkipCondition {
  readonly skipIf: readonly string[];
  readonly onlyIf: string | undefined;
}

/** A change as an `emits` line has it: a row kind and the row as a JSON array, as in `+U["a", 2]`. */
export type RowKind = '+I' | '-U' | '+U' | '-D';

export const isSkipped = ({ skipIf, onlyIf }: SkipCondition, engine: string): boolean =>
  skipIf.includes(engine) || (onlyIf !== undefined && onlyIf !== engine);
