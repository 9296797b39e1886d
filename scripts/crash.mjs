// npm run crash [-- --times N --seed S --only JOB]: bundles test/crash/main.ts and runs it over dist/.
import { runProgram } from './bundle-program.mjs';

await runProgram('test/crash/main.ts', 'crash/main');
