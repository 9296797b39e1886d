// npm run fuzz:queries [-- --count N --seed S --case C]: bundles test/oracle/main.ts and runs it.
import { runProgram } from './bundle-program.mjs';

await runProgram('test/oracle/main.ts', 'oracle/main');
