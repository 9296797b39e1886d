import type { AlterAction, AlterElement, AlterStatement } from '../ast/statements.ts';
import { distributionText, elementText, languageText, propertiesText, propertyListText } from './create.ts';
import { intervalText } from './expressions.ts';
import { queryText } from './queries.ts';
import { partitionText } from './statements.ts';
import { identifierText, newline, qualifiedNameText, stringText } from './text.ts';

export function alterText({ object, temporary, system, ifExists, name, action }: AlterStatement): string {
  const scope = `${temporary ? 'TEMPORARY ' : ''}${system ? 'SYSTEM ' : ''}`;
  return `ALTER ${scope}${object} ${ifExists ? 'IF EXISTS ' : ''}${qualifiedNameText(name)} ${actionText(action)}`;
}

function actionText(action: AlterAction): string {
  switch (action.kind) {
    case 'renameTo':
      return `RENAME TO ${qualifiedNameText(action.name)}`;
    case 'renameColumn':
      return `RENAME ${qualifiedNameText(action.from)} TO ${qualifiedNameText(action.to)}`;
    case 'setOptions':
      return `SET ${propertyListText(action.options)}`;
    case 'resetOptions':
      return `RESET (${action.keys.map(stringText).join(', ')})`;
    case 'setComment':
      return `COMMENT ${stringText(action.comment)}`;
    case 'asQuery':
      return `AS${newline(0)}${queryText(action.query, 0)}`;
    case 'setFunction':
      return `AS ${stringText(action.implementation)}${languageText(action.language)}`;
    case 'setFreshness':
      return `SET FRESHNESS = ${intervalText(action.freshness)}`;
    case 'setRefreshMode':
      return `SET REFRESH_MODE = ${action.refreshMode}`;
    case 'suspend':
      return 'SUSPEND';
    case 'resume':
      return `RESUME${propertiesText(action.options)}`;
    case 'refresh':
      return `REFRESH${action.partition === undefined ? '' : ` ${partitionText(action.partition)}`}`;
    default:
      return schemaActionText(action);
  }
}

type SchemaAction = Extract<
  AlterAction,
  {
    kind:
      | 'addElements'
      | 'modifyElements'
      | 'addDistribution'
      | 'modifyDistribution'
      | 'dropColumns'
      | 'dropPrimaryKey'
      | 'dropWatermark'
      | 'dropDistribution'
      | 'dropConstraint'
      | 'addPartitions'
      | 'dropPartitions';
  }
>;

function schemaActionText(action: SchemaAction): string {
  switch (action.kind) {
    case 'addElements':
      return `ADD ${alterElementsText(action.elements)}`;
    case 'modifyElements':
      return `MODIFY ${alterElementsText(action.elements)}`;
    case 'addDistribution':
      return `ADD DISTRIBUTION ${distributionText(action.distribution)}`;
    case 'modifyDistribution':
      return `MODIFY DISTRIBUTION ${distributionText(action.distribution)}`;
    case 'dropColumns':
      return `DROP (${action.columns.map(qualifiedNameText).join(', ')})`;
    case 'dropPrimaryKey':
      return 'DROP PRIMARY KEY';
    case 'dropWatermark':
      return 'DROP WATERMARK';
    case 'dropDistribution':
      return 'DROP DISTRIBUTION';
    case 'dropConstraint':
      return `DROP CONSTRAINT ${identifierText(action.name)}`;
    case 'addPartitions':
      return `ADD${action.ifNotExists ? ' IF NOT EXISTS' : ''}${action.partitions.map(partitionDefinitionText).join('')}`;
    case 'dropPartitions':
      return `DROP${action.ifExists ? ' IF EXISTS' : ''} ${action.partitions.map(partitionText).join(', ')}`;
  }
}

type AddPartitions = Extract<AlterAction, { kind: 'addPartitions' }>;

function partitionDefinitionText({ partition, options }: AddPartitions['partitions'][number]): string {
  return ` ${partitionText(partition)}${options.length === 0 ? '' : propertiesText(options)}`;
}

function alterElementsText(elements: readonly AlterElement[]): string {
  const lines = elements.map(({ element, position }) => {
    const after = position?.after === undefined ? '' : ` ${qualifiedNameText(position.after)}`;
    return newline(1) + elementText(element) + (position === undefined ? '' : ` ${position.place}${after}`);
  });
  return `(${lines.join(',')}${newline(0)})`;
}
