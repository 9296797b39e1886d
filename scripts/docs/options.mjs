// Tables of options: connectors, formats, settings.
import { code, prose, table } from './markdown.mjs';

const sentence = (/** @type {string} */ text) => `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

function kindText(kind) {
  return typeof kind === 'string' ? kind : kind.map((choice) => code(choice)).join(', ');
}

const nameText = ({ name, aliases = [] }) => [name, ...aliases].map(code).join(' or ');

/** Options that do something, as a table, and below it those that are taken without effect. */
export function optionsText(specs, { prefix = '' } = {}) {
  const named = specs.map((spec) => ({ ...spec, name: prefix + spec.name, aliases: spec.aliases?.map((alias) => prefix + alias) }));
  const active = named.filter(({ note }) => note === undefined);
  const idle = named.filter(({ note }) => note !== undefined);
  const rows = active.map((spec) => [
    nameText(spec),
    kindText(spec.kind),
    spec.required ? 'required' : spec.default === undefined ? '' : code(spec.default === '' ? "''" : spec.default),
    prose(spec.doc),
  ]);
  const parts = [rows.length === 0 ? 'It has no options.' : table(['option', 'type', 'default', 'what it does'], rows)];
  if (idle.length > 0) {
    parts.push('Taken without effect, so that a script of Flink runs:');
    parts.push(
      table(
        ['option', 'why it changes nothing'],
        idle.map((spec) => [nameText(spec), prose(sentence(spec.note))]),
      ),
    );
  }
  return parts.join('\n\n');
}

/** What the kinds of values look like in SQL. */
export function kindsText(describeKind) {
  const kinds = ['string', 'int', 'bigint', 'double', 'boolean', 'duration', 'memory'];
  return table(
    ['type', 'what is written'],
    kinds.map((kind) => [kind, describeKind(kind)]),
  );
}
