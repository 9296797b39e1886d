/**
 * Every code an error can carry, with what docs/errors.md prints about it. A code never changes its meaning.
 *
 * MS10xx text of SQL; MS11xx names; MS12xx types, time and windows; MS13xx options and settings; MS14xx what is not supported;
 * MS20xx values while running; MS21xx records and formats; MS30xx connectors; MS40xx state and memory; MS90xx defects.
 */
export const errorCodes = {
  MS1001: { title: 'Unexpected token', explanation: 'The SQL text does not follow the grammar at the marked place.' },
  MS1002: { title: 'Unterminated text', explanation: 'A string, a quoted identifier or a comment is not closed.' },
  MS1003: { title: 'Unexpected character', explanation: 'A character that no token starts with.' },
  MS1004: { title: 'Malformed literal', explanation: 'A number, date, time, interval or binary literal that cannot be read.' },
  MS1005: { title: 'Reserved word as a name', explanation: 'A reserved word of Flink SQL is used as a name without backquotes.' },
  MS1006: { title: 'Nested too deeply', explanation: 'The statement nests deeper than the parser follows.' },
  MS1301: {
    title: 'Unknown option',
    explanation: 'WITH (...) or SET names an option that the connector, format or session does not have.',
  },
  MS1302: { title: 'Missing option', explanation: 'An option that has no default is not set.' },
  MS1303: { title: 'Malformed option value', explanation: 'The text of an option cannot be read as the kind of value it takes.' },
  MS1304: {
    title: 'Option value out of range',
    explanation: 'An option, alone or together with others or with the columns, asks for what cannot be.',
  },
  MS3001: {
    title: 'Column unknown to the connector',
    explanation: 'The connector fills columns of fixed names and types, and the table declares another.',
  },
  MS3002: { title: 'Type the connector cannot generate', explanation: 'The generator has no values for a column of this type.' },
  MS3003: { title: 'Update in an insert-only output', explanation: 'A sink that only appends was handed an update or a deletion.' },
  MS3030: {
    title: 'No such file',
    explanation: 'The file or folder that is to be read is not there, was removed meanwhile, or no file matches the pattern.',
  },
  MS3031: {
    title: 'File cannot be read',
    explanation: 'The system refused to open, list or read a file or folder: permissions, a damaged disk, too many open files.',
  },
  MS3032: { title: 'Malformed path', explanation: 'The path, pattern or regular expression of a filesystem table cannot be read.' },
  MS3033: { title: 'Damaged compressed file', explanation: 'A compressed file is cut off, or its bytes are not what its name says.' },
  MS3034: {
    title: 'Record too long',
    explanation:
      'A record, as its format sees it, is longer than 64 MB. Mostly the format is not that of the file, or line breaks are missing.',
  },
  MS3035: {
    title: 'Location or compression not supported',
    explanation: 'The filesystem connector handles local files, plain or as gzip or deflate.',
  },
  MS3036: {
    title: 'File cannot be written',
    explanation:
      'The system refused to create, write or rename an output: permissions, a full disk, a folder that vanished. Nothing unfinished is left.',
  },
  MS3037: {
    title: 'Several writers of one file',
    explanation: 'A single file has one writer; a folder can have many, because each writes files of its own.',
  },
  MS2001: {
    title: 'Value out of range',
    explanation: 'The value does not fit in the type: too large, too many digits, too long, or a year outside 1 to 9999.',
  },
  MS2002: { title: 'Text is not a value', explanation: 'The text cannot be read as a value of the type. TRY_CAST gives NULL instead.' },
  MS2003: {
    title: 'Value of the wrong class',
    explanation: 'JavaScript code handed over a value whose class does not belong to the SQL type.',
  },
  MS2004: { title: 'NULL in a NOT NULL column', explanation: 'The type of the column says NOT NULL, and the value is NULL.' },
  MS2005: { title: 'No such cast', explanation: 'Flink SQL knows no conversion between the two types.' },
  MS2006: { title: 'Unknown time zone', explanation: 'The name is neither an IANA time zone nor an offset such as +01:00.' },
  MS2007: { title: 'Too many elements', explanation: 'The arrays and maps of one batch hold more elements than a column can refer to.' },
  MS2008: {
    title: 'No Temporal',
    explanation: 'This JavaScript engine has no Temporal; hand one over, for example that of the package temporal-polyfill.',
  },
  MS2009: { title: 'No such column in a row', explanation: 'JavaScript code asked a row for a column that it does not have.' },
  MS4001: {
    title: 'Out of memory',
    explanation:
      'A worker uses at most 4 GB of linear memory, less where the machine gives less. State, or the values of one batch, exceed it.',
  },
  MS4002: { title: 'Not a key type', explanation: 'A value of this type cannot be a key of state: a ROW, an ARRAY or a MAP.' },
  MS4003: {
    title: 'State of another version',
    explanation: 'The saved state is not in a format that this release reads. Restore it with the release that wrote it.',
  },
  MS4004: {
    title: 'State does not fit the statement',
    explanation: 'The saved state belongs to other keys or aggregates, or to another maxParallelism, than the statement has now.',
  },
  MS4005: { title: 'Damaged state', explanation: 'The saved state is cut off or altered. Restore from another checkpoint.' },
  MS9001: {
    title: 'Defect',
    explanation: 'An assertion inside Millstream failed. Please report it with the statement and the stack trace (--debug).',
  },
} as const satisfies Record<string, { title: string; explanation: string }>;

export type ErrorCode = keyof typeof errorCodes;
