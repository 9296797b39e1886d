/**
 * Every code an error can carry, with what docs/errors.md prints about it. A code never changes its meaning.
 *
 * MS10xx text of SQL; MS11xx names; MS12xx types, time and windows; MS13xx options and settings; MS14xx what is not supported;
 * MS20xx values while running; MS21xx records and formats; MS30xx connectors; MS40xx state and memory; MS50xx the command line;
 * MS90xx defects.
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
  MS2101: {
    title: 'Bad record',
    explanation: 'A record cannot be read in its format: its form is broken, or a value is none of its column type.',
  },
  MS2102: { title: 'Value cannot be written', explanation: 'The format has no form for a value, such as a map with a NULL key in JSON.' },
  MS2103: { title: 'Type without text form', explanation: 'The format can neither read nor write columns of this type.' },
  MS2104: { title: 'Format options exclude each other', explanation: 'Two options of a format cannot both be set.' },
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
  MS3050: {
    title: 'Unknown memory table',
    explanation: `The program has handed over no memory table of the name that WITH ('name' = ...) says.`,
  },
  MS3051: {
    title: 'Row of the wrong shape',
    explanation: 'A row given to a memory table is neither an object nor an array with one value per column.',
  },
  MS3052: {
    title: 'Change in an insert-only table',
    explanation: 'A memory table was given an update or a deletion, and its declaration says that there are none.',
  },
  MS3053: {
    title: 'Rows are gone',
    explanation:
      'A memory table keeps its rows until they are read, unless it is told to retain them, and rows that were read are asked for again.',
  },
  MS3054: {
    title: 'Rows could not be produced',
    explanation: 'The iterable or callback that the program handed to a memory table threw an error.',
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
  MS4006: { title: 'Not a value of state', explanation: 'A ROW, an ARRAY or a MAP cannot be kept as a value of state yet.' },
  MS1101: { title: 'Unknown table', explanation: 'No table, view or common table of that name has been created in this session.' },
  MS1102: { title: 'Unknown type', explanation: 'The text names a type that does not exist.' },
  MS1103: { title: 'Unknown column', explanation: 'None of the tables in FROM has a column of that name. Names are case-sensitive.' },
  MS1104: { title: 'Ambiguous column', explanation: 'Several columns in reach have that name.' },
  MS1105: { title: 'Unknown field', explanation: 'The value on the left of the point is not a ROW, or the ROW has no field of that name.' },
  MS1106: { title: 'Unknown function', explanation: 'There is no function of that name.' },
  MS1107: { title: 'Name taken', explanation: 'A table or view of that name exists already.' },
  MS1201: { title: 'Type parameter out of range', explanation: 'A length, precision or scale that the type does not allow.' },
  MS1202: { title: 'No common type', explanation: 'Values of these types cannot stand in one column, CASE or UNION.' },
  MS1203: { title: 'No time attribute', explanation: 'A window needs a column for which the table declares a watermark.' },
  MS1204: {
    title: 'Aggregate or star out of place',
    explanation: 'Aggregates stand in SELECT, HAVING and ORDER BY of a query; * in SELECT and COUNT(*).',
  },
  MS1205: { title: 'Wrong kind of value', explanation: 'A condition, a number or a constant was needed here.' },
  MS1206: { title: 'Wrong number of columns', explanation: 'Two lists that must have the same length differ.' },
  MS1207: { title: 'Needs input that ends', explanation: 'Sorting, and limits of updated results, need sources that end.' },
  MS1208: {
    title: 'Not a time attribute',
    explanation: 'A watermark belongs to a TIMESTAMP or TIMESTAMP_LTZ column of at most three digits of a second.',
  },
  MS1209: { title: 'Wrong window', explanation: 'The arguments of a windowing function do not fit.' },
  MS1211: {
    title: 'Neither grouped nor aggregated',
    explanation: 'In a grouped query a column stands in GROUP BY or inside an aggregate.',
  },
  MS1212: { title: 'Not in the result', explanation: 'SELECT DISTINCT can only be ordered by columns of its result.' },
  MS1213: { title: 'Wrong arguments', explanation: 'The function does not take arguments of these types, or not that many.' },
  MS1214: { title: 'Column types do not fit', explanation: 'The columns of a query cannot be written into the columns of the table.' },
  MS1305: { title: 'Unknown connector', explanation: 'There is no connector of that name.' },
  MS1306: { title: 'Unknown format', explanation: 'The connector needs a format, or there is none of that name.' },
  MS1307: { title: 'Wrong direction', explanation: 'The connector cannot be read from, or not be written to.' },
  MS1251: { title: 'Bad constant argument', explanation: 'A pattern, unit or name in the statement is not one that the function knows.' },
  MS1451: { title: 'Pattern not supported', explanation: 'The pattern is valid in Java, but cannot be run safely here.' },
  MS1401: { title: 'Not supported in this place', explanation: 'The expression is valid Flink SQL, but not supported at this place yet.' },
  MS1402: { title: 'Not supported yet', explanation: 'The statement or clause is valid Flink SQL, but this version does not run it.' },
  MS1403: { title: 'Type not supported', explanation: 'The type is one of Flink, but this version has no storage for it.' },
  MS1404: { title: 'Cast not supported', explanation: 'Flink allows this cast, this version does not.' },
  MS2051: { title: 'Bad pattern', explanation: 'A pattern, unit or name that a function was given at run time is not one it knows.' },
  MS2030: { title: 'Division by zero', explanation: 'An integer or decimal was divided by zero.' },
  MS2031: { title: 'Event time is NULL', explanation: 'A row reached a window without a time.' },
  MS1215: {
    title: 'Sink takes inserts only',
    explanation: 'The query updates or deletes rows that it has given out, and the sink cannot.',
  },
  MS5001: { title: 'Wrong command line', explanation: 'The command, a flag or an operand is not one that millstream takes. --help shows them all.' },
  MS5002: { title: 'Script cannot be read', explanation: 'The file with the program is not there, or the system refused to read it.' },
  MS5003: {
    title: 'Result without an end',
    explanation: 'An updating result over unbounded input never comes to final rows. --changelog prints its changes.',
  },
  MS5004: { title: 'Not a program', explanation: 'The file is neither SQL text in UTF-8 nor a module that Node can load.' },
  MS5005: { title: 'Standard output cannot be written', explanation: 'The system refused to write a result: a full disk, or a lost connection.' },
  MS9001: {
    title: 'Defect',
    explanation: 'An assertion inside Millstream failed. Please report it with the statement and the stack trace (--debug).',
  },
} as const satisfies Record<string, { title: string; explanation: string }>;

export type ErrorCode = keyof typeof errorCodes;
