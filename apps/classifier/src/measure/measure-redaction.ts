/**
 * Measures the redactor: `node apps/classifier/src/measure/measure-redaction.ts <folder>`.
 *
 * The folder holds JSON lists of `{full_text, spans: [{entity_type, start_position, end_position}]}` and, where it has them,
 * `*.txt` files of texts without personal data, one a line. Prints Markdown.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { measureRedaction, PROMISED, type Figures, type LabelledText } from './redaction-figures.ts';

const labelled = z.array(
  z
    .object({
      full_text: z.string(),
      spans: z.array(z.object({ entity_type: z.string(), start_position: z.number(), end_position: z.number() })),
    })
    .transform(({ full_text: text, spans }): LabelledText => ({
      text,
      spans: spans.map(({ entity_type: type, start_position: start, end_position: end }) => ({ type, start, end })),
    })),
);

const read = (path: string): readonly LabelledText[] => {
  const content = readFileSync(path, 'utf8');
  return path.endsWith('.json')
    ? labelled.parse(JSON.parse(content))
    : content
        .split('\n')
        .filter(Boolean)
        .map((text) => ({ text, spans: [] }));
};

const percent = (share: number, of: number): string => (of === 0 ? '–' : `${((100 * share) / of).toFixed(1)} %`);

const row = ([type, { found, of }]: readonly [string, { readonly found: number; readonly of: number }]): string =>
  `| ${type} | ${PROMISED[type] ?? 'not promised'} | ${found} of ${of} | ${percent(found, of)} |`;

const table = ({ recall, characters, lostCharacters, lostStretches }: Figures): string =>
  [
    '| label | kind | taken out | recall |',
    '|---|---|---|---|',
    ...[...recall].sort(([a], [b]) => Number(b in PROMISED) - Number(a in PROMISED) || a.localeCompare(b)).map(row),
    '',
    `Taken out besides: ${lostStretches} stretches, ${lostCharacters} of ${characters} characters (${percent(lostCharacters, characters)}).`,
  ].join('\n');

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('measuring redaction: name the folder, as in `node measure-redaction.ts <folder>`');
for (const name of readdirSync(folder)
  .filter((file) => /\.(?:json|txt)$/.test(file))
  .sort()) {
  process.stdout.write(`\n## ${name}\n\n${table(measureRedaction(read(join(folder, name))))}\n`);
}
