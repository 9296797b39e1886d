export type * from './ast/index.ts';
export { parseExpression, parseScript, parseStatement, parseTypeName } from './parse.ts';
export { printExpression, printQuery, printStatement, printTypeName } from './print.ts';
export { type ShellInput, splitForShell } from './shell.ts';
