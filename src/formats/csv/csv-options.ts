import type { FormatDescriptor } from '../../catalog/connector-descriptor.ts';
import type { Options } from '../../catalog/option-spec.ts';
import { SqlError } from '../../common/errors.ts';

/** Options as on Flink's page "CSV Format"; names come without `csv.`. */
export const csvDescriptor: FormatDescriptor = {
  name: 'csv',
  doc: 'Comma-separated values (RFC 4180) without a header: columns are found by position.',
  decodes: true,
  encodes: true,
  check: (options) => void csvDialect(options),
  options: [
    { name: 'field-delimiter', kind: 'string', default: ',', doc: 'The character between fields; \\t and the like are understood.' },
    { name: 'disable-quote-character', kind: 'boolean', default: 'false', doc: 'Whether quotes are characters like any other.' },
    { name: 'quote-character', kind: 'string', default: '"', doc: 'What a field begins and ends with that holds delimiters or line ends.' },
    { name: 'allow-comments', kind: 'boolean', default: 'false', doc: 'Whether lines that begin with # are skipped, and blank lines.' },
    {
      name: 'ignore-parse-errors',
      kind: 'boolean',
      default: 'false',
      doc: 'Makes NULL of a value that is none of its column type, and skips a record whose form is broken, instead of failing.',
    },
    { name: 'array-element-delimiter', kind: 'string', default: ';', doc: 'What stands between the elements of an ARRAY or ROW.' },
    {
      name: 'escape-character',
      kind: 'string',
      doc: 'The character that takes the meaning from the next one; \\n, \\t, \\r and \\0 as usual.',
    },
    { name: 'null-literal', kind: 'string', doc: 'The text that stands for NULL. Without it an empty text is written for NULL.' },
    {
      name: 'write-bigdecimal-in-scientific-notation',
      kind: 'boolean',
      default: 'true',
      doc: 'Whether a DECIMAL that is a multiple of ten is written with an exponent (1E+2).',
    },
  ],
};

const encoder = new TextEncoder();
const ESCAPES: Readonly<Record<string, string>> = { '\\t': '\t', '\\n': '\n', '\\r': '\r', '\\\\': '\\' };

/** The characters a CSV text is made of. */
export interface CsvDialect {
  /** UTF-8 of the delimiter, as a little-endian integer, and its bytes. */
  readonly delimiter: number;
  readonly delimiterSize: number;
  readonly delimiterCode: number;
  /** -1 for none. */
  readonly quote: number;
  readonly escape: number;
  readonly elementDelimiter: string;
  readonly nullLiteral: string | undefined;
}

/** Reads the options. Throws MS1304 for a delimiter, quote or escape that is not one character. */
export function csvDialect(options: Options): CsvDialect {
  const delimiter = oneCharacter(options, 'field-delimiter');
  const bytes = encoder.encode(delimiter);
  const quote = options.boolean('disable-quote-character') ? -1 : asciiCode(options, 'quote-character');
  return {
    delimiter: bytes.reduceRight((value, byte) => value * 256 + byte, 0),
    delimiterSize: bytes.length,
    delimiterCode: delimiter.codePointAt(0)!,
    quote,
    escape: options.get('escape-character') === undefined ? -1 : asciiCode(options, 'escape-character'),
    elementDelimiter: options.string('array-element-delimiter'),
    nullLiteral: options.get('null-literal') === undefined ? undefined : options.string('null-literal'),
  };
}

function oneCharacter(options: Options, name: string): string {
  const text = options.string(name);
  const character = ESCAPES[text] ?? text;
  if ([...character].length === 1 && character !== '\n' && character !== '\r') return character;
  throw new SqlError('MS1304', `option 'csv.${name}' must be a single character, not ${JSON.stringify(text)}`);
}

function asciiCode(options: Options, name: string): number {
  const code = oneCharacter(options, name).codePointAt(0)!;
  if (code < 0x80) return code;
  throw new SqlError('MS1304', `option 'csv.${name}' must be an ASCII character`);
}
