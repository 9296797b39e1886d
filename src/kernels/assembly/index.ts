// The kernels' exports, one line per file. A kernel is a plain function over addresses in the imported memory.
export { alloc, free, allocatedTop, secondResult } from "./memory";
