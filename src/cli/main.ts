#!/usr/bin/env node
import { runCommandLine } from './command-line.ts';

process.title = 'millstream';
await runCommandLine(process.argv.slice(2));
