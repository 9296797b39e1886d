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
  MS4001: {
    title: 'Out of memory',
    explanation:
      'A worker uses at most 4 GB of linear memory, less where the machine gives less. State, or the values of one batch, exceed it.',
  },
  MS9001: {
    title: 'Defect',
    explanation: 'An assertion inside Millstream failed. Please report it with the statement and the stack trace (--debug).',
  },
} as const satisfies Record<string, { title: string; explanation: string }>;

export type ErrorCode = keyof typeof errorCodes;
