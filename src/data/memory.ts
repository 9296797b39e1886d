import { StateError } from '../common/errors.ts';

/** What LinearMemory needs of the kernels: the one allocator, which lives beside them in the WebAssembly module. */
export interface Allocator {
  /** Address of at least `byteSize` bytes, 16-byte aligned, not zeroed. Calls outOfMemory when the memory ends. */
  alloc(byteSize: number): number;
  /** Gives back what alloc(byteSize) returned. */
  free(address: number, byteSize: number): void;
  /** First address never handed out. */
  top(): number;
}

const PAGE = 65_536;
const MAX_BYTES = 4 * 1024 * 1024 * 1024 - PAGE;
/** The address space is reserved in big steps (untouched pages cost nothing), because growth detaches every view. */
const STEP_BYTES = 1024 * 1024 * 1024;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** Reserves a worker's memory: 1 GB of address space where the platform allows it, less where it does not. */
export function createMemory(): WebAssembly.Memory {
  for (const initial of [16_384, 4096, 1024]) {
    try {
      return new WebAssembly.Memory({ initial, maximum: 65_535 });
    } catch {
      // A platform with little address space: try a smaller reservation.
    }
  }
  return new WebAssembly.Memory({ initial: 256 });
}

/**
 * A worker's linear memory with one whole-memory view per element type. Addresses are byte offsets; they may exceed 2^31,
 * so generated code indexes with `address >>> shift`.
 *
 * Views are replaced when the memory grows (`epoch` counts that). Growth happens only in ensureHeadroom, which operators call
 * before they take views: a kernel that runs out of memory throws MS4001 instead of growing under a running loop.
 */
export class LinearMemory {
  readonly wasm: WebAssembly.Memory;
  readonly allocator: Allocator;
  epoch = 0;
  i8!: Int8Array;
  u8!: Uint8Array;
  i16!: Int16Array;
  i32!: Int32Array;
  u32!: Uint32Array;
  f32!: Float32Array;
  f64!: Float64Array;
  i64!: BigInt64Array;

  constructor(wasm: WebAssembly.Memory, allocator: Allocator) {
    this.wasm = wasm;
    this.allocator = allocator;
    this.#takeViews();
  }

  alloc(byteSize: number): number {
    // The allocator rounds up to a power of two.
    this.ensureHeadroom(byteSize * 2 + PAGE);
    return this.allocator.alloc(byteSize) >>> 0;
  }

  free(address: number, byteSize: number): void {
    this.allocator.free(address, byteSize);
  }

  /** Grows the memory, if need be, so that `byteSize` more bytes can be allocated without growth. Throws MS4001 at 4 GB. */
  ensureHeadroom(byteSize: number): void {
    const wanted = (this.allocator.top() >>> 0) + byteSize;
    const have = this.wasm.buffer.byteLength;
    if (wanted <= have) return;
    if (wanted > MAX_BYTES) throw outOfMemory(byteSize);
    const target = Math.min(MAX_BYTES, Math.max(wanted, have + STEP_BYTES));
    this.#grow(target - have) || this.#grow(wanted - have) || fail(byteSize);
    this.#takeViews();
  }

  /** The double that is nearest to the 64-bit integer at `address`; Number() of a bigint takes twenty times as long. */
  longAsNumber(address: number): number {
    return this.i32[(address + 4) >>> 2]! * 4_294_967_296 + this.u32[address >>> 2]!;
  }

  /** The text at `address`; malformed UTF-8 becomes U+FFFD. */
  text(address: number, byteLength: number): string {
    return decoder.decode(this.u8.subarray(address >>> 0, (address >>> 0) + byteLength));
  }

  /** A copy of the bytes at `address`. */
  bytes(address: number, byteLength: number): Uint8Array {
    return this.u8.slice(address >>> 0, (address >>> 0) + byteLength);
  }

  /** Copies text or bytes into newly allocated memory that lives until freed. */
  store(value: string | Uint8Array): { address: number; byteLength: number } {
    const bytes = typeof value === 'string' ? encoder.encode(value) : value;
    const address = this.alloc(Math.max(bytes.length, 1));
    this.u8.set(bytes, address);
    return { address, byteLength: bytes.length };
  }

  #grow(byteSize: number): boolean {
    try {
      this.wasm.grow(Math.ceil(byteSize / PAGE));
      return true;
    } catch {
      return false;
    }
  }

  #takeViews(): void {
    const { buffer } = this.wasm;
    this.i8 = new Int8Array(buffer);
    this.u8 = new Uint8Array(buffer);
    this.i16 = new Int16Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.i64 = new BigInt64Array(buffer);
    this.epoch++;
  }
}

/** MS4001: the 4 GB of a worker's memory, or what the machine gives, are used up. */
export function outOfMemory(byteSize: number): StateError {
  return new StateError('MS4001', `no memory for ${byteSize} more bytes`, {
    hint: 'bound the state (a window, a smaller key space) or the size of single values',
  });
}

function fail(byteSize: number): never {
  throw outOfMemory(byteSize);
}
