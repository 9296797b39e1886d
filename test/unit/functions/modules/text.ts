import { scalar, t } from '../../../../src/index.ts';

export const countChar = scalar({ args: [t.string(), t.string()], returns: t.bigint(), nulls: 'skip' }, (text, char) =>
  BigInt(text.split(char).length - 1),
);

export const notDeclared = (text: string): string => text;

export default scalar({ args: [t.int()], returns: t.int() }, (n) => (n === null ? -1 : n + 1));
