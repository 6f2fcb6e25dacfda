import { parse } from 'yaml';
import { expect, it } from 'vitest';
import { editSource } from './edit-source.ts';

const text = `# Of the house.
name: small
# The tone.
drafting: { tone: 'Old', enabled: true } # ours
routes:
  - { id: all, when: "true" }
`;

it('sets a value where it stands, and where nothing stood yet, and keeps comments', () => {
  const edited = editSource(text, [
    { path: ['drafting', 'tone'], value: 'New: plain' },
    { path: ['retrieval', 'faqs'], value: [{ id: 'a', question: 'Why?' }] },
  ]);
  expect(parse(edited)).toEqual({
    ...parse(text),
    drafting: { tone: 'New: plain', enabled: true },
    retrieval: { faqs: [{ id: 'a', question: 'Why?' }] },
  });
  for (const comment of ['# Of the house.', '# The tone.', '# ours']) expect(edited).toContain(comment);
});

it('takes what was sent as JSON too', () => {
  expect(
    parse(
      editSource(JSON.stringify({ name: 'x', gates: { reviewBelow: 0.5 } }, null, 1), [
        { path: ['gates', 'reviewBelow'], value: 0.6 },
      ]),
    ),
  ).toEqual({ name: 'x', gates: { reviewBelow: 0.6 } });
});
