import { crc32 } from '../../common/crc32.ts';
import type { CapturedOperator, CapturedTable } from './captured.ts';

/** The state of one subtask as it lies in files. Plain JSON: workers send it to who writes the manifest. */
export interface WrittenState {
  readonly subtask: number;
  /** None where there was nothing to write. */
  readonly files: readonly StateFile[];
  /** Where the pages of the operators' tables lie. */
  readonly pages?: WrittenPages;
  readonly operators: readonly WrittenOperator[];
}

export interface StateFile {
  readonly name: string;
  readonly byteSize: number;
  /** Of a file of pages: of the pages' headers, which have the checksums of the rest. */
  readonly crc32: number;
}

/** Files of pages, of this checkpoint and of earlier ones; the last ends with the index of all pages. */
export interface WrittenPages {
  readonly files: readonly StateFile[];
  readonly index: { readonly offset: number };
}

export interface WrittenOperator {
  readonly id: string;
  /** Decimal digits: JSON has no 64-bit integers. */
  readonly watermarks: readonly string[];
  readonly openInputs: number;
  readonly wasOver?: true;
  readonly values: CapturedOperator['values'];
  /** Name of the state, key group, index of the file among the subtask's, offset and length of the bytes in it. */
  readonly groups: readonly (readonly [string, number, number, number, number])[];
  /** Its tables in the pages. */
  readonly tables: readonly CapturedTable[];
}

/** Lays out the state of one subtask in one file, which will be called `name`: the key groups' bytes, one after the other. */
export function layOutState(
  subtask: number,
  captured: readonly CapturedOperator[],
  name: string,
): { readonly written: WrittenState; readonly parts: readonly Uint8Array[] } {
  const parts: Uint8Array[] = [];
  let byteSize = 0;
  let crc = 0;
  const operators = captured.map(
    ({ id, watermarks, openInputs, wasOver, values, groups, tables = [] }): WrittenOperator => ({
      id,
      watermarks: watermarks.map(String),
      openInputs,
      ...(wasOver && { wasOver }),
      values,
      tables,
      groups: groups.map(({ name: state, keyGroup, bytes }) => {
        parts.push(bytes);
        crc = crc32(bytes, crc);
        byteSize += bytes.length;
        return [state, keyGroup, 0, byteSize - bytes.length, bytes.length] as const;
      }),
    }),
  );
  return { written: { subtask, files: parts.length === 0 ? [] : [{ name, byteSize, crc32: crc }], operators }, parts };
}
