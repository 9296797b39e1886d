import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

const textOf = (address: bigint): string | null =>
  address < 0n || address > 0xffff_ffffn ? null : [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.');

export const inetNtoa = plainFunction({
  name: 'INET_NTOA',
  family: 'string',
  signatures: [signature([param.bigint], types.string())],
  nullable: true,
  call: textOf,
  doc: 'The IPv4 address of a number. NULL where it has more than 32 bits.',
  examples: [
    { sql: 'INET_NTOA(16909060)', result: '1.2.3.4' },
    { sql: 'INET_NTOA(-1)', result: null },
  ],
});
