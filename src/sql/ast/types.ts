import type { StringLiteral } from './expressions.ts';
import type { Identifier, Node, QualifiedName } from './node.ts';

interface TypeNode extends Node {
  /** false for NOT NULL, true for an explicit NULL, undefined when the text says nothing (a column is then nullable). */
  readonly nullable: boolean | undefined;
}

/** The canonical names; DEC and NUMERIC read as DECIMAL, INTEGER as INT, TIMESTAMP WITH LOCAL TIME ZONE as TIMESTAMP_LTZ, and so on. */
export type ScalarTypeKeyword =
  | 'CHAR'
  | 'VARCHAR'
  | 'STRING'
  | 'BINARY'
  | 'VARBINARY'
  | 'BYTES'
  | 'BOOLEAN'
  | 'DECIMAL'
  | 'TINYINT'
  | 'SMALLINT'
  | 'INT'
  | 'BIGINT'
  | 'FLOAT'
  | 'DOUBLE'
  | 'DATE'
  | 'TIME'
  | 'TIMESTAMP'
  | 'TIMESTAMP_LTZ'
  | 'VARIANT'
  | 'BITMAP';

/** A type without parts. `precision` is the length of CHAR, VARCHAR, BINARY and VARBINARY; `scale` belongs to DECIMAL only. */
export interface ScalarTypeName extends TypeNode {
  readonly kind: 'scalarType';
  readonly name: ScalarTypeKeyword;
  readonly precision: number | undefined;
  readonly scale: number | undefined;
}

export type IntervalUnit = 'YEAR' | 'QUARTER' | 'MONTH' | 'WEEK' | 'DAY' | 'HOUR' | 'MINUTE' | 'SECOND';

/** `DAY(3) TO SECOND(6)`: `precision` counts the digits of the leading unit, `fraction` those after the point of a second. */
export interface IntervalQualifier extends Node {
  readonly kind: 'intervalQualifier';
  readonly from: IntervalUnit;
  readonly to: IntervalUnit | undefined;
  readonly precision: number | undefined;
  readonly fraction: number | undefined;
}

export interface IntervalTypeName extends TypeNode {
  readonly kind: 'intervalType';
  readonly qualifier: IntervalQualifier;
}

/** `ARRAY<t>` and `MULTISET<t>`; the forms `t ARRAY` and `t MULTISET` read as the same tree. */
export interface CollectionTypeName extends TypeNode {
  readonly kind: 'collectionType';
  readonly name: 'ARRAY' | 'MULTISET';
  readonly element: TypeName;
}

export interface MapTypeName extends TypeNode {
  readonly kind: 'mapType';
  readonly key: TypeName;
  readonly value: TypeName;
}

export interface RowField extends Node {
  readonly kind: 'rowField';
  readonly name: Identifier;
  readonly type: TypeName;
  readonly comment: StringLiteral | undefined;
}

/** `ROW<name type 'comment', ...>`; `ROW(...)` reads as the same tree. */
export interface RowTypeName extends TypeNode {
  readonly kind: 'rowType';
  readonly fields: readonly RowField[];
}

/** `RAW('class', 'serializer snapshot')`. */
export interface RawTypeName extends TypeNode {
  readonly kind: 'rawType';
  readonly className: StringLiteral;
  readonly serializer: StringLiteral;
}

/** `STRUCTURED<'class', name type, ...>`. */
export interface StructuredTypeName extends TypeNode {
  readonly kind: 'structuredType';
  readonly className: StringLiteral;
  readonly fields: readonly RowField[];
}

/** A type that is named and not built in. */
export interface UserTypeName extends TypeNode {
  readonly kind: 'userType';
  readonly name: QualifiedName;
}

/** A data type as it is written. */
export type TypeName =
  | ScalarTypeName
  | IntervalTypeName
  | CollectionTypeName
  | MapTypeName
  | RowTypeName
  | RawTypeName
  | StructuredTypeName
  | UserTypeName;
