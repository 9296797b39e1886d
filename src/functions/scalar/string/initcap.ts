import { plainFunction } from '../../plain-function.ts';
import { textToText } from './change-case.ts';

/** Only ASCII letters change, and only ASCII letters and digits make a word. */
const WORD = /[A-Za-z0-9]+/g;

export const initcap = plainFunction({
  name: 'INITCAP',
  family: 'string',
  signatures: [textToText],
  call: (text: string) => text.replace(WORD, (word) => word[0]!.toUpperCase() + word.slice(1).toLowerCase()),
  doc: 'A text with the first letter of each word in upper case and the others in lower case. Words are of ASCII letters and digits.',
  examples: [
    { sql: "INITCAP('hello WORLD foo-bar_baz 1a')", result: 'Hello World Foo-Bar_Baz 1a' },
    { sql: "INITCAP('éa ÉA')", result: 'éA ÉA' },
    { sql: "INITCAP('')", result: '' },
  ],
});
