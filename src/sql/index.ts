export type * from './ast/index.ts';
export { parseExpression, parseScript, parseStatement, parseTypeName } from './parse.ts';
export { printExpression, printStatement, printTypeName } from './print.ts';
export { splitForShell } from './shell.ts';
