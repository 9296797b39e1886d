#!/usr/bin/env node
import { runCommandLine } from './command-line.ts';
import { endEarly } from './interrupts.ts';

// Until there is a job to bring to its end, Ctrl-C has nothing to wait for.
endEarly();
process.title = 'millstream';
await runCommandLine(process.argv.slice(2));
