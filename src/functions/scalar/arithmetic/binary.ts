import { arithmeticType, commonType, decimalResult } from '../../../data/types/arithmetic.ts';
import { isInteger, isNumeric, type SqlType, types } from '../../../data/types/sql-type.ts';
import type { Signature } from '../../scalar-function.ts';

const DIGITS: Partial<Record<SqlType['root'], number>> = { TINYINT: 3, SMALLINT: 5, INT: 10, BIGINT: 19 };

/** An integer as the decimal type that holds all its values; a decimal as it is. */
export function asDecimal(type: SqlType): SqlType {
  const digits = DIGITS[type.root];
  return digits === undefined ? type : types.decimal(digits, 0, type.nullable);
}

/**
 * The signature of `+ - * / %` on numbers: two exact numbers one of which is a decimal give a decimal by Flink's rules, a FLOAT or
 * DOUBLE takes part in floating point, integers give the wider integer (the remainder: the divisor's).
 */
export function numericOperator(sign: '+' | '-' | '*' | '/' | '%'): Signature {
  return {
    text: '(NUMERIC, NUMERIC)',
    resolve(args) {
      const [left, right] = args.map(({ type }) => type);
      if (left === undefined || right === undefined || args.length !== 2) return undefined;
      const [a, b] = [left.root === 'NULL' ? right : left, right.root === 'NULL' ? left : right];
      if (!isNumeric(a) || !isNumeric(b)) return undefined;
      const exact = (type: SqlType) => isInteger(type) || type.root === 'DECIMAL';
      if (exact(a) && exact(b) && (a.root === 'DECIMAL' || b.root === 'DECIMAL')) {
        const [da, db] = [asDecimal(a), asDecimal(b)];
        return {
          args: [
            { ...da, nullable: left.nullable },
            { ...db, nullable: right.nullable },
          ],
          returns: decimalResult(sign, da, db),
        };
      }
      const common = commonType(a, b);
      const returns = arithmeticType(sign, a, b);
      if (common === undefined || returns === undefined) return undefined;
      return {
        args: [
          { ...common, nullable: left.nullable },
          { ...common, nullable: right.nullable },
        ],
        returns,
      };
    },
  };
}
