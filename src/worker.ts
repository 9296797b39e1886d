import { loadScript } from './cli/code-cache/load-script.ts';
import type * as SqlBundle from './cli/sql-bundle.ts';

// A thread that reads modules takes 0.2 to 0.3 CPU-seconds to begin; the command line's bundle has been compiled by an earlier process, mostly.
const { serveWorker, workerSide } = loadScript<typeof SqlBundle>(new URL('./sql-bundle.cjs', import.meta.url)).exports;
serveWorker(workerSide);
