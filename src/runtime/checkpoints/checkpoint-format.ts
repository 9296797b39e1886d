import { crc32 } from '../../common/crc32.ts';
import { StateError } from '../../common/errors.ts';
import { damagedState } from '../../state/damaged-state.ts';
import type { CapturedGroup, CapturedOperator, CapturedSource } from './captured.ts';
import type { Checkpoint, PreparedSink } from './checkpoint.ts';

/**
 * A checkpoint is two files. The first holds the key groups' bytes, one after the other. The second is the manifest, written when the first
 * is on the disk: a line of JSON, a line feed, and the CRC-32 of the JSON in eight hexadecimal digits. docs/design/checkpoints.md
 */
export interface CheckpointFiles {
  readonly manifest: Uint8Array;
  readonly state: readonly Uint8Array[];
}

/** Raised when the form of either file changes. */
const VERSION = 1;
const FORMAT = 'millstream-checkpoint';
const CRC_DIGITS = 8;

interface Manifest {
  readonly format: string;
  readonly version: number;
  readonly id: number;
  readonly time: number;
  readonly finished: boolean;
  readonly plan: string;
  readonly state: { readonly name: string; readonly byteSize: number; readonly crc32: number };
  readonly sources: readonly CapturedSource[];
  readonly operators: readonly ManifestOperator[];
  readonly sinks: readonly PreparedSink[];
}

interface ManifestOperator {
  readonly id: string;
  /** Decimal digits: JSON has no 64-bit integers. */
  readonly watermarks: readonly string[];
  readonly openInputs: number;
  readonly values: CapturedOperator['values'];
  /** Name of the state, key group, offset and length of its bytes in the state file. */
  readonly groups: readonly (readonly [string, number, number, number])[];
}

/** The files of a checkpoint whose state file will be called `stateName`. */
export function writeCheckpoint(checkpoint: Checkpoint, stateName: string): CheckpointFiles {
  const { id, time, finished, plan, sources, sinks } = checkpoint;
  const state: Uint8Array[] = [];
  let byteSize = 0;
  let crc = 0;
  const operators = checkpoint.operators.map(({ groups, watermarks, ...operator }) => ({
    ...operator,
    watermarks: watermarks.map(String),
    groups: groups.map(({ name, keyGroup, bytes }) => {
      state.push(bytes);
      crc = crc32(bytes, crc);
      byteSize += bytes.length;
      return [name, keyGroup, byteSize - bytes.length, bytes.length] as const;
    }),
  }));
  const manifest: Manifest = {
    format: FORMAT,
    version: VERSION,
    id,
    time,
    finished,
    plan,
    state: { name: stateName, byteSize, crc32: crc },
    sources,
    operators,
    sinks,
  };
  const line = new TextEncoder().encode(JSON.stringify(manifest));
  const end = new TextEncoder().encode(`\n${hex(crc32(line))}\n`);
  const whole = new Uint8Array(line.length + end.length);
  whole.set(line);
  whole.set(end, line.length);
  return { manifest: whole, state };
}

const hex = (crc: number): string => crc.toString(16).padStart(CRC_DIGITS, '0');

/**
 * Reads a checkpoint back; `readState` fetches the state file. Throws StateError MS4005 where bytes are missing or altered, MS4003 for
 * another version.
 */
export async function readCheckpoint(
  manifest: Uint8Array,
  readState: (name: string) => Promise<Uint8Array | undefined>,
): Promise<Checkpoint> {
  const { format: _, version, state, operators, ...rest } = parseManifest(manifest);
  if (version !== VERSION) {
    throw new StateError('MS4003', `the checkpoint has version ${version}, this release reads version ${VERSION}`, {
      hint: 'go on with the release that wrote it',
    });
  }
  const bytes = state.byteSize === 0 ? new Uint8Array(0) : await readState(state.name);
  if (bytes === undefined) throw damagedState(`${state.name} is missing`);
  if (bytes.length !== state.byteSize) throw damagedState(`${state.name} has ${bytes.length} of ${state.byteSize} bytes`);
  if (crc32(bytes) !== state.crc32) throw damagedState(`${state.name} is altered`);
  return {
    ...rest,
    operators: operators.map(({ groups, watermarks, ...operator }) => ({
      ...operator,
      watermarks: watermarks.map(BigInt),
      groups: groups.map(
        ([name, keyGroup, offset, length]): CapturedGroup => ({ name, keyGroup, bytes: bytes.subarray(offset, offset + length) }),
      ),
    })),
  };
}

function parseManifest(bytes: Uint8Array): Manifest {
  const end = bytes.lastIndexOf(0x0a, bytes.length - 2);
  if (end <= 0 || bytes.length !== end + 2 + CRC_DIGITS) throw damagedState('the manifest is not whole');
  const line = bytes.subarray(0, end);
  if (new TextDecoder().decode(bytes.subarray(end + 1, end + 1 + CRC_DIGITS)) !== hex(crc32(line)))
    throw damagedState('the manifest is altered');
  const manifest = JSON.parse(new TextDecoder().decode(line)) as Manifest;
  if (manifest.format !== FORMAT) throw damagedState('the manifest is of something else');
  return manifest;
}
