// A page per connector and per format, and the two indexes.
import { code, prose, table } from './markdown.mjs';
import { optionsText } from './options.mjs';

const CHANGES = { insert: 'inserts only', upsert: 'inserts, updates and deletions by primary key', all: 'inserts, updates and deletions' };

function abilities({ source, sink, formatted }) {
  const rows = [
    ['reads', source === undefined ? 'no' : source.changelog === undefined ? `yes: ${CHANGES.insert}` : 'yes: what its options say'],
    ['writes', sink === undefined ? 'no' : `yes: ${CHANGES[sink.changelog]}`],
    ['needs a `format`', formatted ? 'yes' : 'no'],
  ];
  if (source !== undefined)
    rows.push(['columns that a query does not read', source.projection ? 'are not made or decoded' : 'are read all the same']);
  return table(['ability', ''], rows);
}

function columnsText(columns, printType) {
  if (columns === undefined) return 'Those that the table declares.';
  return [
    'A table that declares none gets all of these:',
    table(
      ['column', 'type'],
      columns.map(({ name, type }) => [code(name), code(printType(type))]),
    ),
  ].join('\n\n');
}

const metadataText = (metadata, printType) =>
  table(
    ['key', 'type', 'written too', 'what it is'],
    metadata.map(({ key, type, writable, doc }) => [code(key), code(printType(type)), writable ? 'yes' : 'no', prose(doc)]),
  );

/** The generated part of a connector's page. @param descriptor @param {{ printType: (type: unknown) => string }} use */
export function connectorText(descriptor, { printType }) {
  const { source, columns, options } = descriptor;
  const parts = [abilities(descriptor), '## Options', optionsText(options), '## Columns', columnsText(columns, printType)];
  if (source?.metadata !== undefined) parts.push('## Metadata columns', metadataText(source.metadata, printType));
  return parts.join('\n\n');
}

export const formatText = (descriptor) =>
  [
    table(
      ['ability', ''],
      [
        ['reads', descriptor.decodes ? 'yes' : 'no'],
        ['writes', descriptor.encodes ? 'yes' : 'no'],
      ],
    ),
    '## Options',
    `In a table's WITH, an option's name begins with ${code(`${descriptor.name}.`)}.`,
    optionsText(descriptor.options, { prefix: `${descriptor.name}.` }),
  ].join('\n\n');

/** Links with one sentence each. @param {readonly { name: string, doc: string }[]} descriptors */
export const indexText = (descriptors) =>
  table(
    ['name', 'what it is'],
    descriptors.map(({ name, doc }) => [`[${name}](${name}.md)`, prose(doc)]),
  );
