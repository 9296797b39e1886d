/**
 * Every code an error can carry, with what docs/errors.md prints about it. A code never changes its meaning.
 *
 * MS10xx text of SQL; MS11xx names; MS12xx types, time, windows and the program's functions; MS13xx options and settings; MS14xx what is not supported;
 * MS20xx values while running; MS21xx records and formats; MS30xx connectors; MS40xx state and memory; MS50xx the command line;
 * MS90xx defects.
 */
export const errorCodes = {
  MS1001: {
    title: 'Unexpected token',
    explanation:
      'The SQL text breaks the grammar at the marked place. The message says what could stand there; often a comma, a bracket or a keyword before it is missing.',
  },
  MS1002: {
    title: 'Unterminated text',
    explanation: 'A string, a quoted name or a comment begins and never ends. Close it with the quote that opened it, or with */.',
  },
  MS1003: {
    title: 'Unexpected character',
    explanation: 'No word, number or sign of SQL begins with this character. Remove it, or put it into quotes if it belongs to a text.',
  },
  MS1004: {
    title: 'Malformed literal',
    explanation:
      "A number, date, time, interval or binary value is written in a form that cannot be read. The hint shows the form, such as DATE '2024-01-31'.",
  },
  MS1005: {
    title: 'Reserved word as a name',
    explanation: 'A reserved word of Flink SQL is used as a name. Write it in backquotes: `value`.',
  },
  MS1006: {
    title: 'Nested too deeply',
    explanation:
      'The statement nests deeper, has longer chains of operators, or reads views more often than can be followed. Split it: with views, or with a table between jobs.',
  },
  MS1101: {
    title: 'Unknown table',
    explanation:
      'No table, view or common table of that name exists in this session. Create it first, or take the name that the hint suggests; names are case-sensitive.',
  },
  MS1102: { title: 'Unknown type', explanation: 'There is no data type of that name. docs/sql/types.md lists those there are.' },
  MS1103: {
    title: 'Unknown column',
    explanation: 'None of the tables in FROM has a column of that name. Check its spelling; names are case-sensitive.',
  },
  MS1104: {
    title: 'Ambiguous column',
    explanation: "Several columns that can be meant have this name. Write the table's name or alias before it: t.name.",
  },
  MS1105: {
    title: 'Unknown field',
    explanation: "The value before the dot is not a ROW, or the ROW has no field of that name. DESCRIBE shows a table's types.",
  },
  MS1106: {
    title: 'Unknown function',
    explanation: 'There is no function of that name. SHOW FUNCTIONS and docs/sql/functions.md list all of them.',
  },
  MS1107: {
    title: 'Name taken',
    explanation:
      'A table, view or column of that name exists already. Choose another name, DROP the old one, or write CREATE ... IF NOT EXISTS.',
  },
  MS1201: {
    title: 'Type parameter out of range',
    explanation: 'A type has a length, precision or scale that it cannot have. The message says what is allowed.',
  },
  MS1202: {
    title: 'No common type',
    explanation:
      'Values of these types cannot stand in one column, CASE or UNION, or be cast into each other. CAST one of them to a type that both can have.',
  },
  MS1203: {
    title: 'No time attribute',
    explanation: "A window needs a column that carries the stream's time. Declare WATERMARK FOR the column in CREATE TABLE.",
  },
  MS1204: {
    title: 'Aggregate or star out of place',
    explanation:
      'Aggregates stand in SELECT, HAVING and ORDER BY of a query, and * in SELECT and COUNT(*). Compute the value in a sub-query and use its column.',
  },
  MS1205: {
    title: 'Wrong kind of value',
    explanation: 'A condition, a whole number or another kind of value is needed at this place. The message says which.',
  },
  MS1206: {
    title: 'Wrong number of columns',
    explanation:
      'Two lists that must be equally long are not: names and columns, the rows of VALUES, the branches of a UNION, or a query and the table it is written to.',
  },
  MS1207: {
    title: 'Needs input that ends',
    explanation: 'Sorting, and limiting a result that is updated, need to see all rows. Bound the source, or leave ORDER BY or LIMIT out.',
  },
  MS1208: {
    title: 'Not a time attribute',
    explanation:
      "A watermark belongs to a column of type TIMESTAMP(p) or TIMESTAMP_LTZ(p) with p at most 3. Change the column's type, or compute such a column from it.",
  },
  MS1209: {
    title: 'Wrong window',
    explanation:
      'The arguments of a windowing function do not fit. TUMBLE takes TABLE t, DESCRIPTOR(time column) and a size; HOP takes a slide and CUMULATE a step before the size, and the size must be a multiple of it.',
  },
  MS1211: {
    title: 'Neither grouped nor aggregated',
    explanation:
      'In a grouped query every column stands in GROUP BY or inside an aggregate. Add it to GROUP BY, or write for instance MAX(column).',
  },
  MS1212: {
    title: 'Not in the result',
    explanation: 'SELECT DISTINCT can only be ordered by columns of its result. Add the column to SELECT, or order by another.',
  },
  MS1213: {
    title: 'Wrong arguments',
    explanation:
      'The function does not take arguments of these types, or not that many. The hint shows how it is called; CAST an argument where its type is the problem.',
  },
  MS1214: {
    title: 'Column types do not fit',
    explanation:
      'A column of the query cannot be written into its column of the table. Write the CAST that the hint shows, or give a NOT NULL column a value.',
  },
  MS1215: {
    title: 'Sink takes inserts only',
    explanation:
      'The query changes rows after it has given them out, and the sink cannot take them back. Aggregate in a window, or write to a sink that takes updates.',
  },
  MS1216: {
    title: 'Source without a primary key',
    explanation:
      'The table tells only the newest row of each key, and which columns are the key must be known to tell an update from an insert. Declare PRIMARY KEY (...) NOT ENFORCED in CREATE TABLE.',
  },
  MS1217: {
    title: 'Bad function of an OVER window',
    explanation:
      'ROW_NUMBER, RANK, DENSE_RANK, LAG and their kin need an order in OVER ([PARTITION BY ...] ORDER BY ...) and take no frame. The message says what else is wrong.',
  },
  MS1219: {
    title: 'Join without a condition',
    explanation:
      'INNER, LEFT, RIGHT and FULL joins say which rows belong together: with ON, USING, or NATURAL before JOIN. Every pair of rows is CROSS JOIN.',
  },
  MS1240: {
    title: 'Not a collection',
    explanation: 'UNNEST takes an ARRAY, a MAP or a MULTISET, of a column of the tables before it or of an expression.',
  },
  MS1241: {
    title: 'Join with a table function',
    explanation:
      'UNNEST(...) and LATERAL TABLE(...) stand behind a comma, CROSS JOIN, JOIN ... ON, or LEFT JOIN ... ON TRUE. What they read stands before them.',
  },
  MS1230: {
    title: 'FOR SYSTEM_TIME AS OF something else',
    explanation:
      'FOR SYSTEM_TIME AS OF stands behind the right table of an inner or left JOIN, and names a time attribute of the left side: of event time for a version of each row, of processing time for a lookup.',
  },
  MS1231: {
    title: 'No versions of rows',
    explanation:
      'A table has versions for FOR SYSTEM_TIME AS OF when it has a primary key and a watermark; a view, when it keeps the latest row of each key by ROW_NUMBER() OVER (PARTITION BY key ORDER BY ts DESC) = 1. The condition of the join says that each column of the key is equal to something of the left side.',
  },
  MS1235: {
    title: 'Bad window in GROUP BY',
    explanation:
      'A query groups by one window. TUMBLE_START, HOP_END, SESSION_ROWTIME and the like take the arguments of the window in GROUP BY: GROUP BY TUMBLE(ts, INTERVAL ...) goes with TUMBLE_START(ts, INTERVAL ...).',
  },
  MS1225: {
    title: 'Several rows for one value',
    explanation:
      'A query in parentheses that stands for a value had a second row. Aggregate it, for instance with MAX, narrow its WHERE, or add LIMIT 1.',
  },
  MS1220: {
    title: 'Bad frame of an OVER window',
    explanation:
      'ROWS takes whole numbers of rows; RANGE takes a distance that fits the one column of the order: an interval for a time, a whole number for whole numbers. A frame begins before it ends.',
  },
  MS1221: {
    title: 'Unknown window',
    explanation:
      'OVER names a window that the WINDOW clause of the same SELECT does not have, or extends one in a way it cannot be. WINDOW w AS (PARTITION BY ... ORDER BY ...) gives a window a name.',
  },
  MS1222: {
    title: 'QUALIFY without a window',
    explanation: 'QUALIFY is the WHERE of functions with OVER, in it or in SELECT. Write conditions without one in WHERE.',
  },
  MS1223: {
    title: 'OVER out of place',
    explanation: 'Functions with OVER stand in SELECT, QUALIFY and ORDER BY. Compute the value in a sub-query and use its column.',
  },
  MS1226: {
    title: 'Not grouped by',
    explanation: 'GROUPING and GROUPING_ID say which of the expressions of GROUP BY a row is grouped by. Name one of those.',
  },
  MS1232: {
    title: 'Not to be looked up',
    explanation:
      'A lookup join (FOR SYSTEM_TIME AS OF processing time) needs a table that can be read as a whole: of the connector filesystem, without source.monitor-interval. Its condition says what at least one column of it is equal to.',
  },
  MS1233: {
    title: 'Unknown option of a LOOKUP hint',
    explanation: "LOOKUP takes 'table', 'async', 'output-mode', 'capacity', 'timeout' and 'shuffle', which change no result here.",
  },
  MS1242: {
    title: 'Element that cannot be',
    explanation:
      'Elements of an array are counted from 1, so that it has none at 0 or before. ELEMENT takes an array of one element at most.',
  },
  MS1251: {
    title: 'Bad constant argument',
    explanation: 'A pattern, unit or name in the statement is not one that the function knows. The message says what is wrong with it.',
  },
  MS1252: {
    title: 'Function of the program failed',
    explanation:
      "A function that the program declared has thrown. The message has the function, the row's arguments, the operator, and what was thrown; mend the function, or keep such rows away from it.",
  },
  MS1253: {
    title: 'Wrong result of a function',
    explanation:
      'A function that the program declared has returned a value that its declared type does not hold. Return a value of the class that docs/sql/types.md shows, or declare another type.',
  },
  MS1254: {
    title: 'Not a declared function',
    explanation:
      'What the program gave as a function, or what the module exports under that name, was not made by scalar(...) or its kin. Declare it with its SQL types.',
  },
  MS1255: {
    title: 'Function module cannot be loaded',
    explanation:
      "CREATE FUNCTION name AS './file.ts#export' names a module that cannot be loaded, or an export that it does not have. Paths count from the script's folder.",
  },
  MS1256: {
    title: 'Malformed declaration of a function',
    explanation: 'The options of scalar(...) or its kin are not complete, or not of the form that they take. docs/functions.md shows each.',
  },
  MS1257: {
    title: 'Function cannot do what the query needs',
    explanation:
      'The query needs something of a function that its declaration does not have: retract where rows are taken back, merge where windows are put together, determinism where what it made must be made again.',
  },
  MS1258: {
    title: 'Asynchronous function took too long',
    explanation:
      "A call of an asynchronous function has not come to a value in time, with all its attempts. The message has the function, the row's arguments and the operator; `timeout` of its declaration or 'table.exec.async-scalar.timeout' says how long it may take.",
  },
  MS1301: {
    title: 'Unknown option',
    explanation:
      'WITH (...) or SET names an option that the connector, format or session does not have. Take the name that the hint suggests; the pages of the connectors and docs/sql/settings.md list them all.',
  },
  MS1302: { title: 'Missing option', explanation: 'An option that has no default is not set. Add it to WITH (...).' },
  MS1303: {
    title: 'Malformed option value',
    explanation: "The value of an option cannot be read. The message says what the option takes, such as a duration like '5 s'.",
  },
  MS1304: {
    title: 'Option value out of range',
    explanation:
      "An option, alone or together with others or with the table's columns, asks for something impossible. The message says what is allowed.",
  },
  MS1305: { title: 'Unknown connector', explanation: 'There is no connector of that name. The hint lists those there are.' },
  MS1306: {
    title: 'Unknown format',
    explanation:
      "The connector needs a format, and none is set or there is none of that name. Add 'format' = 'json' or another that the hint lists.",
  },
  MS1307: {
    title: 'Wrong direction',
    explanation:
      'The connector cannot be read from, or cannot be written to; a view cannot be written to either. Use a table with another connector.',
  },
  MS1308: {
    title: 'Wrong columns of a dead-letter table',
    explanation:
      'The table named by bad-records.table does not have the columns that bad records are written to. The hint shows them; they count by position, and their names are free.',
  },
  MS1360: {
    title: 'Bad partition',
    explanation:
      'PARTITIONED BY names columns of the table that are in its records, and PARTITION (...) some of these, each with a constant. The message says what does not fit.',
  },
  MS1401: {
    title: 'Not supported in this place',
    explanation:
      'The expression is valid in Flink SQL, but not supported at this place yet. Compute it in a sub-query, or write it another way.',
  },
  MS1402: {
    title: 'Not supported yet',
    explanation: 'The statement or clause is valid in Flink SQL, but this version does not run it. docs/sql/statements.md lists what runs.',
  },
  MS1403: {
    title: 'Type not supported',
    explanation: 'The type exists in Flink, but this version cannot store it. docs/sql/types.md lists the types there are.',
  },
  MS1451: {
    title: 'Pattern not supported',
    explanation:
      'The regular expression is valid in Java, but uses something that cannot be run here. Write it without the construct that the message names.',
  },
  MS2001: {
    title: 'Value out of range',
    explanation:
      'A value does not fit in its type: too large, too many digits, too long, or a year outside 1 to 9999. Take a larger type, or TRY_CAST to get NULL instead.',
  },
  MS2002: {
    title: 'Text is not a value',
    explanation: 'A text cannot be read as a value of the type it is cast to. TRY_CAST gives NULL instead.',
  },
  MS2003: {
    title: 'Value of the wrong class',
    explanation:
      'The program handed over a JavaScript value whose class does not belong to the SQL type. docs/sql/types.md shows the class of each type.',
  },
  MS2004: {
    title: 'NULL in a NOT NULL column',
    explanation: "The column's type says NOT NULL, and the value is NULL. Give it a value, or declare the column without NOT NULL.",
  },
  MS2005: {
    title: 'No such cast or order',
    explanation: 'There is no conversion between the two types, or values of the type have no order. Choose another type.',
  },
  MS2006: {
    title: 'Unknown time zone',
    explanation: 'The name is neither an IANA time zone such as Europe/Berlin nor an offset such as +01:00. Correct the name.',
  },
  MS2007: {
    title: 'Too many elements',
    explanation:
      'The arrays and maps of one batch of rows hold more elements than a column can refer to. Split long arrays before they are read.',
  },
  MS2008: {
    title: 'No Temporal',
    explanation: 'This JavaScript engine has no Temporal. Hand one over, for example that of the package temporal-polyfill.',
  },
  MS2009: {
    title: 'No such column in a row',
    explanation: "The program asked a row for a column that it does not have. Check the name against the query's SELECT.",
  },
  MS2030: {
    title: 'Division by zero',
    explanation: 'An integer or decimal was divided by zero. Guard the divisor: x / NULLIF(y, 0) is NULL there.',
  },
  MS2031: {
    title: 'Event time is NULL',
    explanation:
      'A row without a time reached a window. Leave such rows out with WHERE ... IS NOT NULL before the window, or compute a time for them.',
  },
  MS1501: { title: 'Closed', explanation: 'Millstream.close() was called: it starts no more jobs.' },
  MS1502: {
    title: 'Value in the wrong place',
    explanation: 'A value of a SQL template stands inside quotes, a comment or a longer word, where it would be read as something else.',
  },
  MS1503: { title: 'Row refused by its schema', explanation: 'The Standard Schema of a memory source does not accept a row.' },
  MS2051: {
    title: 'Bad pattern',
    explanation:
      'A pattern, unit or name that a function got from the data is not one that it knows. Filter such rows out, or write the argument as a constant.',
  },
  MS2052: {
    title: 'No JSON result',
    explanation:
      'A JSON function found nothing at its path, or met an error, where its call says ERROR ON EMPTY or ERROR ON ERROR; or a text is no JSON where JSON must stand. NULL ON EMPTY and NULL ON ERROR give NULL instead.',
  },
  MS2101: {
    title: 'Bad record',
    explanation:
      "A record is broken, or holds a value that its column's type cannot take. Mend the file, or set 'bad-records' = 'skip' on the table to leave such records out.",
  },
  MS2102: {
    title: 'Value cannot be written',
    explanation:
      'The format has no way to write this value, such as a map with a NULL key in JSON. Change the value in the query, or set the option that the hint names.',
  },
  MS2103: {
    title: 'Type without a form in the format',
    explanation: 'The format can neither read nor write columns of this type. Use another format, or CAST the column to STRING.',
  },
  MS2104: {
    title: 'Format options exclude each other',
    explanation: 'Two options of a format contradict each other. Leave one of them out.',
  },
  MS3001: {
    title: 'Column unknown to the connector',
    explanation:
      'The connector makes columns of fixed names and types, and the table declares another. Declare the columns that its page lists, or none at all.',
  },
  MS3002: {
    title: 'Type the connector cannot generate',
    explanation: 'The generator has no values for a column of this type. Declare another type, or compute the column: c AS ...',
  },
  MS3003: {
    title: 'Update in an insert-only output',
    explanation:
      'The output only appends, and the query changes rows that it has given out. Use another output mode, or group by a window over a column with a watermark, whose results are final.',
  },
  MS3030: {
    title: 'No such file',
    explanation:
      'The file or folder to be read does not exist, was removed meanwhile, or no file matches the pattern. A relative path counts from the working directory.',
  },
  MS3031: {
    title: 'File cannot be read',
    explanation:
      'The system refused to open, list or read a file or folder. Look at its permissions, the disk, and the number of open files.',
  },
  MS3032: {
    title: 'Malformed path',
    explanation: 'The path, pattern or regular expression of a filesystem table cannot be read. The message says where it breaks.',
  },
  MS3033: {
    title: 'Damaged compressed file',
    explanation:
      'A compressed file is cut off, or its bytes are not what its name says. Make the file again, or give it the ending that fits.',
  },
  MS3034: {
    title: 'Record too long',
    explanation: 'A record is longer than 64 MB. Mostly the format is not that of the file, or line breaks are missing.',
  },
  MS3035: {
    title: 'Location or compression not supported',
    explanation:
      'The filesystem connector handles files on this machine, plain or compressed with gzip or deflate. Fetch or unpack the file first.',
  },
  MS3036: {
    title: 'File cannot be written',
    explanation:
      'The system refused to create, write or rename an output: permissions, a full disk, a folder that vanished. Nothing unfinished is left; mend the cause and run again.',
  },
  MS3037: {
    title: 'Several writers of one file',
    explanation: 'A single file has one writer. Write to a folder, in which each writer makes files of its own.',
  },
  MS3038: {
    title: 'Unfinished output is gone',
    explanation:
      'A job goes on from a checkpoint, and the file that it was writing is gone or shorter than it was. Restore the output from a copy, or remove output and state folder to begin anew.',
  },
  MS3039: {
    title: 'Bad folder of a partition',
    explanation:
      "The name of a partition's folder, column=value, has a value that the column's type does not take, or that no time can be made of. Rename or remove the folder, or mend 'partition.time-extractor.timestamp-pattern'.",
  },
  MS3050: {
    title: 'Unknown memory table',
    explanation: "The program has handed over no memory table of the name in 'name' = '...'. Hand it over before the statement runs.",
  },
  MS3051: {
    title: 'Row of the wrong shape',
    explanation: 'A row given to a memory table is neither an object nor an array with one value per column. Give it one of these forms.',
  },
  MS3052: {
    title: 'Change in an insert-only table',
    explanation:
      "A memory table was given an update or a deletion, and it is declared for inserts only. Set 'changelog' = 'all' on the table.",
  },
  MS3053: {
    title: 'Rows are gone',
    explanation: 'A memory table forgets rows once they are read, and they are asked for again. Tell it to retain them when it is made.',
  },
  MS3054: {
    title: 'Rows could not be produced',
    explanation: 'The iterable or callback that the program handed to a memory table threw an error. Its cause is that error.',
  },
  MS3070: {
    title: 'Package of the connector is missing',
    explanation: 'The connector needs an npm package that is not installed. The message names it: install it beside millstream.',
  },
  MS3071: {
    title: 'Broker cannot be reached',
    explanation:
      "No broker of the Kafka cluster answered for as long as 'connection.retry-timeout' says. Check properties.bootstrap.servers, that the brokers run, that the addresses they advertise can be reached from here, and whether they expect TLS (properties.security.protocol).",
  },
  MS3072: {
    title: 'Broker refused access',
    explanation:
      'The Kafka cluster refused the credentials, or the user may not do what the table needs. Check properties.sasl.* and the access control lists.',
  },
  MS3073: {
    title: 'Topic is not there',
    explanation:
      'The topic does not exist, was deleted while a job read it, or was deleted and made anew: positions of the old topic mean nothing in the new one.',
  },
  MS3074: {
    title: 'Offset is not there',
    explanation:
      'Reading is to begin, or to go on, at an offset that the topic does not have (any more), or that was never committed. Records may have expired before they were read. properties.auto.offset.reset = earliest or latest says where to go on instead of failing.',
  },
  MS3075: {
    title: 'Damaged record batch',
    explanation: 'What a broker sent is no batch of records, or cannot be decompressed. The message says where it lies.',
  },
  MS3076: {
    title: 'Broker refused records',
    explanation:
      'The Kafka cluster did not take records of the table. The message has its reason; often they are larger than message.max.bytes.',
  },
  MS3077: {
    title: 'Transaction is lost',
    explanation:
      'A Kafka transaction that a checkpoint had prepared was aborted before it could be committed: it was open longer than properties.transaction.timeout.ms, or another job uses the same sink.transactional-id-prefix. Its rows are not in the topic. Resume from an older checkpoint where the input is still there, and give the transactions more time.',
  },
  MS3078: {
    title: 'Options of a Kafka table do not fit',
    explanation: 'Options of the table do not go together, or have values that cannot be read. The message says which.',
  },
  MS3079: {
    title: 'Exactly-once without checkpoints',
    explanation:
      'A Kafka sink that delivers exactly once makes rows visible with checkpoints, and the job makes none, or makes them so rarely that brokers give up transactions before. Let the job make checkpoints, more often than properties.transaction.timeout.ms, or deliver at least once.',
  },
  MS3080: {
    title: 'Kafka feature that is not there',
    explanation: 'The table asks for something of Kafka that this version, this Node or the broker does not have. The message names it.',
  },
  MS3090: {
    title: 'Options of a log table do not fit',
    explanation: 'Options of the table do not go together, or with its primary key. The message says which.',
  },
  MS3091: {
    title: 'Log cannot be used',
    explanation:
      'The folder of a log is not there, is no log, or the system refused to read or write it: permissions, a full disk. The message has the reason.',
  },
  MS3092: {
    title: 'Log of another version',
    explanation: 'The folder holds a log in a form that this release does not read. Use the release that wrote it.',
  },
  MS3093: {
    title: 'Another process writes in the place of this one',
    explanation:
      'A sink that delivers exactly once was started again, perhaps because this process was thought dead. What this one has not committed is given up.',
  },
  MS3094: {
    title: 'Prepared records are gone',
    explanation:
      'A job goes on from a checkpoint whose records are neither in the log nor waiting to be committed: the log was removed or replaced. Restore it from a copy, or remove the state folder to begin anew.',
  },
  MS3095: {
    title: 'Topic is not in the log',
    explanation:
      'The log has no topic of that name, or another one than the checkpoint that the job goes on from: positions of the old topic mean nothing in the new one.',
  },
  MS3096: {
    title: 'Offset is not in the log',
    explanation:
      "Reading is to begin, or to go on, at an offset that the topic does not have any more: records expired before they were read. 'scan.missing-offset' = 'earliest' or 'latest' says where to go on instead of failing.",
  },
  MS4001: {
    title: 'Out of memory',
    explanation:
      'A worker has at most 4 GB of memory for data, less where the machine gives less, and state or the values of one batch exceed it. Bound the state with a window, or group by fewer different keys.',
  },
  MS4002: { title: 'Not a key type', explanation: 'A ROW, ARRAY or MAP cannot be a key to group by. Group by its fields instead.' },
  MS4003: {
    title: 'State of another version',
    explanation: 'The saved state is in a form that this release does not read. Restore it with the release that wrote it.',
  },
  MS4004: {
    title: 'State does not fit the statement',
    explanation:
      'The saved state belongs to other keys, other aggregates or another maximum parallelism than the statement has now. Restore it with the statement it was saved from.',
  },
  MS4005: { title: 'Damaged state', explanation: 'The saved state is cut off or altered. Restore from another checkpoint.' },
  MS4006: {
    title: 'Not a value of state',
    explanation:
      'A ROW, ARRAY or MAP cannot be kept as a value of state yet: keep its fields one by one. A row of state has at most 64 KB, texts and bytes count 16 bytes each.',
  },
  MS4007: {
    title: 'Checkpoint cannot be written',
    explanation:
      'The state folder does not take the files of a checkpoint: no room, no permission, or the device is gone. The job ends when more checkpoints in a row fail than execution.checkpointing.tolerable-failed-checkpoints allows.',
  },
  MS4008: {
    title: 'State of another job',
    explanation:
      'The state is of another query than the one that is to go on with it, and some of it has no place there: the report says which. Run the query it belongs to, give this one a folder of its own, or allow the loss with --allow-lost-state.',
  },
  MS4009: {
    title: 'State folder in use',
    explanation:
      'Another process that lives works with this state folder. Two jobs on one state would spoil it: end the other, or take another folder.',
  },
  MS4010: {
    title: 'State folder cannot be used',
    explanation: 'The state folder cannot be made, read or written. Check the path and its permissions.',
  },
  MS4011: {
    title: 'Checkpoint took too long',
    explanation:
      'A checkpoint was not complete within execution.checkpointing.timeout. A sink that is stuck, or a slow disk, holds it up; the job ends when more in a row fail than is tolerable.',
  },
  MS4012: {
    title: 'State does not fit the number of workers',
    explanation:
      'The state is to be divided among another number of workers, but a source of the job cannot divide what it had read, or another query is to take over what was on its way when the job was killed. Start the query as it was in as many workers as before, and stop it (Ctrl-C, millstream stop); a source that cannot divide its position goes on in as many workers only.',
  },
  MS4020: {
    title: 'Savepoint cannot be made',
    explanation:
      'The job keeps no state (it was started without a state folder), has none yet, or the folder for the savepoint cannot be written to. The job itself is not harmed.',
  },
  MS4021: {
    title: 'No savepoint there',
    explanation:
      'The path is not the folder of a savepoint: it has no savepoint.json. millstream savepoint makes one and prints its path; a state folder is not one.',
  },
  MS4022: {
    title: 'The process gives no answer',
    explanation: 'The process that works with the state folder ended, or could not be asked, before it had done what was asked of it.',
  },
  MS4023: {
    title: 'State of another start',
    explanation:
      'The state folder was begun in another way than this start asks for: from another savepoint, or from none. A job goes on from its own checkpoints; start from a savepoint with a state folder of its own.',
  },
  MS4024: {
    title: 'No such state',
    explanation:
      'The path holds neither a checkpoint nor a savepoint, or they have no job, operator or state of the name. millstream state PATH lists what there is.',
  },
  MS5001: {
    title: 'Wrong command line',
    explanation: 'The command, a flag or an operand is not one that millstream takes. millstream --help shows them all.',
  },
  MS5002: {
    title: 'Script cannot be read',
    explanation: 'The file with the program does not exist, or the system refused to read it. Check the path and its permissions.',
  },
  MS5009: {
    title: 'Wrong configuration',
    explanation:
      'millstream.json, or a variable of the environment that begins with MILLSTREAM_, has a name that is not known or a value of another kind. docs/cli.md lists them.',
  },
  MS5003: {
    title: 'Result without an end',
    explanation:
      'A result that is updated over input without end never comes to final rows. Add --changelog to print its changes, or bound the input.',
  },
  MS5004: {
    title: 'Not a program',
    explanation:
      'The file is neither SQL text in UTF-8 nor a module that Node can load. Give it the ending .sql, .ts, .js or .mjs that fits.',
  },
  MS5005: {
    title: 'Standard output cannot be written',
    explanation: 'The system refused to write a result: a full disk, or a lost connection. Mend the cause and run again.',
  },
  MS9002: {
    title: 'Workers differ',
    explanation:
      'A worker in another thread has made another plan of the same statements. This is a defect of Millstream: please report it with the statement.',
  },
  MS9003: {
    title: 'Worker lost',
    explanation:
      'The thread of a worker has ended by itself, for instance because its memory was full, or the file it runs is not there. The job fails; with a state folder it is restarted from its newest checkpoint.',
  },
  MS9001: {
    title: 'Defect',
    explanation: 'Millstream contradicts itself: the mistake is ours. Please report it with the statement and the output of --debug.',
  },
} as const satisfies Record<string, { title: string; explanation: string }>;

export type ErrorCode = keyof typeof errorCodes;
