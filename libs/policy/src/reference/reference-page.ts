import { fieldsOf, type Field } from './fields.ts';
import { documentSchema } from './file-schema.ts';
import { awaited } from './not-yet.ts';

const HEAD = `# Playbooks: every field

This page is generated from the schema (\`npm run playbooks:generate\`); a test holds it to be current.

A playbook is one folder: \`playbook.yaml\`, the texts for models in \`prompts/*.md\`, worked cases in \`fixtures/cases.yaml\`. \`extends\` names the playbook it starts from;
objects are laid over each other key by key, lists are replaced, and what is more specific wins. Within a playbook, \`overrides\` say what differs by tenant, brand, channel and intent, in this order;
the narrower wins, but for **safety keys** (marked ⚑) the strictest wins, whichever layer it stands in.

Fields marked ◌ have their place: they are checked, versioned and compared, and nothing acts on them yet. What will is said after their meaning.

Editors know the fields when a file begins with \`# yaml-language-server: $schema=../playbook.schema.json\`.

Conditions are [CEL](https://cel.dev). Names that do not exist are refused when the playbook is read, with line and column.

How a change becomes a version, is activated and rolled back: [playbook-versions.md](playbook-versions.md).
`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const row =
  (isSafety: (path: string) => boolean) =>
  ({ path, type, unit, default: usual, bounds, meaning }: Field): string => {
    const what = awaited(path);
    const marks = `${isSafety(path) ? ' ⚑' : ''}${what === null ? '' : ' ◌'}`;
    const said = what === null ? meaning : `${meaning}. Not yet: ${what}`;
    return `| \`${path}\`${marks} | ${[type, unit, usual === '' ? '' : `\`${usual}\``, bounds, said].map(cell).join(' | ')} |`;
  };

const section = (fields: readonly Field[], isSafety: (path: string) => boolean): string => {
  const [first, ...others] = fields;
  if (!first) return '';
  const lines = first.isLeaf ? [first, ...others] : others;
  return [
    `## ${first.path}`,
    '',
    `${first.meaning}.`,
    '',
    '| field | type | unit | default | bounds | meaning |',
    '|---|---|---|---|---|---|',
    ...lines.map(row(isSafety)),
    '',
  ].join('\n');
};

/** The reference of all fields, as Markdown. */
export const referencePage = (isSafety: (path: string) => boolean): string => {
  const fields = fieldsOf(documentSchema());
  const sections = Map.groupBy(fields, ({ path }) => path.split(/[.[]/u)[0] ?? path);
  return [HEAD, ...[...sections.values()].map((one) => section(one, isSafety))].join('\n');
};
