// npm run sim [-- --times N --seed S]: bundles test/sim/main.ts and runs it.
import { runProgram } from './bundle-program.mjs';

await runProgram('test/sim/main.ts', 'sim/main');
