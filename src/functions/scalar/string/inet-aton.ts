import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

/** One to four numbers of 0 to 255; with fewer than four, the last one is the last byte. */
function addressOf(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length > 4 || !parts.every((part) => /^[0-9]{1,3}$/.test(part) && Number(part) < 256)) return null;
  const bytes = [...parts.slice(0, -1), ...new Array<string>(4 - parts.length).fill('0'), parts.at(-1)!];
  return bytes.reduce((address, byte) => address * 256n + BigInt(byte), 0n);
}

export const inetAton = plainFunction({
  name: 'INET_ATON',
  family: 'string',
  signatures: [signature([param.text], types.bigint())],
  nullable: true,
  call: addressOf,
  doc: 'The number of an IPv4 address, whose middle numbers may be left out. NULL for what is none.',
  examples: [
    { sql: "INET_ATON('1.2.3.4')", result: '16909060' },
    { sql: "INET_ATON('127.1')", result: '2130706433' },
    { sql: "INET_ATON('256.1.1.1')", result: null },
  ],
});
