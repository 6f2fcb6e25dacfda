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

## How conditions read what was sent

Forms and CSV send numbers as text. Where a condition compares a field with a number (\`>\`, \`>=\`, \`<\`, \`<=\`, \`==\`, \`!=\`, \`in [10, 20]\`), a text is read as the number it says; everywhere else it stays
the text it is. \`amount(metadata.seats)\` gives the same number for sums and for comparing two fields.

| as it was sent | is read as | |
|---|---|---|
| \`100\`, \` 42 \`, \`-5\`, \`1e3\` | 100, 42, -5, 1000 | |
| \`1,200.00\`, \`1.200,00\`, \`1 200,50\`, \`1'200\` | 1200, 1200, 1200.5, 1200 | of a point and a comma the later one parts the fraction |
| \`25,000\`, \`25.000\`, \`1.5\`, \`0.125\` | 25000, 25000, 1.5, 0.125 | one mark parts thousands where exactly three digits follow and no zero stands before it |
| \`$ 1,200.00\`, \`25.000 €\`, \`CHF 500\`, \`25 %\`, \`200 seats\`, \`500 / month\` | 1200, 25000, 500, 25, 200, 500 | currencies and units are passed over; nothing is converted |
| \`50k\`, \`1.2m\`, \`3 million\`, \`2 Mrd\`, \`3 lakh\` | 50000, 1200000, 3000000, 2000000000, 300000 | |
| \`10–20\`, \`10k–20k\`, \`1 to 2 million\`, \`50+\`, \`over 500\` | 10, 10000, 1000000, 50, 500 | a range counts from its lower end |
| \`under 10k\`, \`call us\`, \`5 offices, 200 seats\`, \`2026-11-25\`, \`10:30\` | no number | |

Compared with \`true\` and \`false\`, \`yes\`, \`on\`, \`1\`, \`ja\`, \`oui\`, \`sí\` and their opposites are read too. A field that was left blank is not there, as one that was not sent: ask \`has(metadata.budget_usd)\`. So is
\`company.employees\` where nobody knows how many there are: ask \`has(company.employees)\`. Ordering by letters (\`metadata.budget > "5000"\`) is refused when the playbook is read.

**What can't be evaluated** (a field that is not there, a text that says no number) never counts as zero, false or empty. In a guard, and in a rule that holds an answer back (by \`path\`, or by a flag of
\`gates.neverAutoSendWith\` or \`acknowledgement.never\`), it counts as held: the answer is held back, and nothing else that the rule says is done. A guard that asks for a flag of a rule that could not be evaluated counts as held too. Everywhere else it does not hold. All are told: \`decision.unevaluated\` and
\`GET /v1/decisions/<inquiryId>/explain\` name the condition, the part of it that could not be evaluated, and what it counted as, without what was sent.

**What a model says** stands in \`decision\` only where the playbook lists it: categories, values and words of an axis, priorities, flags. Anything else stays in the content, where personal data belongs. The same goes for the
value beside the points of the rubric (\`input\`): numbers are shown, and words that the playbook itself says; the writer's own words are shown as \`unlisted\`.

## What people look at

What is below its gate, and what was decided without a model where the playbook asks one (\`model.ask\` other than \`never\`), needs review; so does what a model said without saying how sure it is, where it is asked (\`gates.lowConfidence\`). Nothing that needs review is closed: a route with \`closed\` is passed over, and the next one
that holds is taken; so it is while any condition on the way could not be evaluated. A playbook is refused in which a route that closes stands before its review, in which the last route closes, in which a model's word closes
whatever its confidence, or in which nobody is told of what takes a route (unless every sink is off: a dry run).
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
