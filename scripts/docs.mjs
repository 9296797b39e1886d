// npm run docs: writes what the documentation takes from the source into its files, between comments that mark it; what people wrote
// around it stays. `--check` writes nothing and fails where a file would change.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleProgram } from './bundle-program.mjs';
import { connectorText, formatText, indexText } from './docs/connectors.mjs';
import { errorsText } from './docs/errors.mjs';
import { functionSections } from './docs/functions.mjs';
import { prose, replaceSections, section } from './docs/markdown.mjs';
import { kindsText, optionsText } from './docs/options.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The descriptors, straight from the source. */
async function loadDescriptors() {
  return import(pathToFileURL(await bundleProgram('scripts/docs/descriptors.ts', 'docs/descriptors')).href);
}

/** Says the type of the one column of a query. */
async function typeTeller({ Session, printType }) {
  const session = await Session.open();
  return async (sql) => {
    const result = await session.run(session.parse(sql)[0], sql);
    const { type } = result.schema.fields[0];
    return printType({ ...type, nullable: true });
  };
}

/** Every generated section: file -> its title where it is made anew, and its sections. */
async function pages(descriptors) {
  const { commonTableOptions, formatOption, describeKind, errorCodes, settingSpecs } = descriptors;
  const byName = (a, b) => (a.name < b.name ? -1 : 1);
  const connectors = [...descriptors.connectors.map(({ descriptor }) => descriptor), descriptors.memoryDescriptor()].sort(byName);
  const formats = descriptors.formats.map(({ descriptor }) => descriptor).sort(byName);
  return {
    'docs/sql/functions.md': { title: 'Functions', sections: await functionSections(descriptors, await typeTeller(descriptors)) },
    'docs/sql/settings.md': { title: 'Settings', sections: { settings: optionsText(settingSpecs), kinds: kindsText(describeKind) } },
    'docs/errors.md': { title: 'Errors', sections: { errors: errorsText(errorCodes) } },
    'docs/connectors/README.md': {
      title: 'Connectors',
      sections: { index: indexText(connectors), options: optionsText([...commonTableOptions, formatOption]) },
    },
    'docs/formats/README.md': { title: 'Formats', sections: { index: indexText(formats) } },
    ...Object.fromEntries(
      connectors.map((descriptor) => [`docs/connectors/${descriptor.name}.md`, page(descriptor, connectorText(descriptor, descriptors))]),
    ),
    ...Object.fromEntries(formats.map((descriptor) => [`docs/formats/${descriptor.name}.md`, page(descriptor, formatText(descriptor))])),
  };
}

const page = ({ name, doc }, reference) => ({ title: name, intro: prose(doc), sections: { reference } });

/** The file as it should be: a new one begins with its title and, where there is one, its introduction. */
function contentOf(path, { title, intro, sections }) {
  if (existsSync(root + path)) return replaceSections(path, readFileSync(root + path, 'utf8'), sections);
  const parts = Object.entries(sections).map(([name, text]) => section(name, text));
  return [`# ${title}`, ...(intro === undefined ? [] : [intro]), ...parts].join('\n\n').concat('\n');
}

async function main(isCheck) {
  const stale = [];
  for (const [path, wanted] of Object.entries(await pages(await loadDescriptors()))) {
    const content = contentOf(path, wanted);
    if (existsSync(root + path) && readFileSync(root + path, 'utf8') === content) continue;
    stale.push(path);
    if (isCheck) continue;
    mkdirSync(dirname(root + path), { recursive: true });
    writeFileSync(root + path, content);
  }
  for (const path of stale) console.log(isCheck ? `${path} is not what the source says: run npm run docs` : `wrote ${path}`);
  if (isCheck && stale.length > 0) process.exitCode = 1;
}

await main(process.argv.includes('--check'));
