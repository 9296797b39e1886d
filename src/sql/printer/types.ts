import type { IntervalQualifier, RowField, ScalarTypeName, TypeName } from '../ast/types.ts';
import { identifierText, qualifiedNameText, stringText } from './text.ts';

/** A data type as SQL text. */
export function typeText(type: TypeName): string {
  const nullability = type.nullable === undefined ? '' : type.nullable ? ' NULL' : ' NOT NULL';
  return bareTypeText(type) + nullability;
}

function bareTypeText(type: TypeName): string {
  switch (type.kind) {
    case 'scalarType':
      return scalarText(type);
    case 'intervalType':
      return `INTERVAL ${qualifierText(type.qualifier)}`;
    case 'collectionType':
      return `${type.name}<${typeText(type.element)}>`;
    case 'mapType':
      return `MAP<${typeText(type.key)}, ${typeText(type.value)}>`;
    case 'rowType':
      return `ROW<${type.fields.map(fieldText).join(', ')}>`;
    case 'rawType':
      return `RAW(${stringText(type.className)}, ${stringText(type.serializer)})`;
    case 'structuredType':
      return `STRUCTURED<${[stringText(type.className), ...type.fields.map(fieldText)].join(', ')}>`;
    case 'userType':
      return qualifiedNameText(type.name);
  }
}

function fieldText(field: RowField): string {
  const comment = field.comment === undefined ? '' : ` ${stringText(field.comment)}`;
  return `${identifierText(field.name)} ${typeText(field.type)}${comment}`;
}

function scalarText({ name, precision, scale }: ScalarTypeName): string {
  const args = precision === undefined ? '' : scale === undefined ? `(${precision})` : `(${precision}, ${scale})`;
  return name + args;
}

/** `DAY(3) TO SECOND(6)` */
export function qualifierText({ from, to, precision, fraction }: IntervalQualifier): string {
  if (to === undefined) return from + argumentsText(precision, fraction);
  return `${from}${argumentsText(precision, undefined)} TO ${to}${argumentsText(fraction, undefined)}`;
}

function argumentsText(first: number | undefined, second: number | undefined): string {
  if (first === undefined) return '';
  return second === undefined ? `(${first})` : `(${first}, ${second})`;
}
