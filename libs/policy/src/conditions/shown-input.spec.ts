import { describe, expect, it } from 'vitest';
import { parsePlaybook } from '../parse-playbook.ts';
import { aDocument } from '../testing/a-document.ts';
import { shownInput } from './shown-input.ts';

const playbook = parsePlaybook(
  aDocument({
    lists: { sources: ['referral'] },
    extraction: {
      fields: {
        use_case: { type: 'string', values: ['crm'], describe: 'What for' },
        wish: { type: 'string', describe: 'What they want' },
        blockers: { type: 'strings', describe: 'What stands in the way' },
        days: { type: 'number', describe: 'How soon' },
      },
    },
    rubric: {
      components: [
        {
          rule: 'one',
          when: 'has(metadata.size) && metadata.size == "large"',
          points: 1,
          input: 'has(metadata.a) ? "words" : "none"',
          from: 'rule',
        },
      ],
    },
  }),
);
const shown = (expression: string, value: unknown) => shownInput(playbook, expression, value);

describe('the value beside the points', () => {
  it.each([
    { what: 'a number', expression: 'metadata.budget', value: 5, shows: 5 },
    { what: 'a truth', expression: 'contact.hasEmail', value: true, shows: true },
    { what: 'nothing', expression: 'reading.days', value: null, shows: null },
    { what: 'a list', expression: 'reading.blockers', value: ['my boss, Jane Doe'], shows: null },
    { what: 'a number that was sent as text', expression: 'string(metadata.budget)', value: '25000', shows: 25_000 },
    { what: 'what the playbook wrote', expression: 'has(metadata.a) ? "words" : "none"', value: 'none', shows: 'none' },
    { what: 'a word of a list', expression: 'string(metadata.source)', value: 'referral', shows: 'referral' },
    { what: 'a word of a condition', expression: 'string(metadata.size)', value: 'large', shows: 'large' },
    { what: 'a value that the field may have', expression: 'reading.use_case', value: 'crm', shows: 'crm' },
    { what: 'a figure with its unit', expression: 'string(reading.days) + " days"', value: '7 days', shows: '7 days' },
    { what: 'what enrichment found', expression: 'company.industry', value: 'Fishing', shows: 'Fishing' },
  ])('is shown: $what', ({ expression, value, shows }) => {
    expect(shown(expression, value)).toBe(shows);
  });

  it.each([
    { what: 'a field of the form', expression: 'string(metadata.source)', value: 'my friend Jane Doe' },
    { what: 'the same by another spelling', expression: 'string(metadata["source"])', value: 'my friend Jane Doe' },
    { what: 'a field the model fills freely', expression: 'reading.wish', value: 'a call to Jane Doe' },
    {
      what: 'a field the model fills freely, in more words',
      expression: '"wants " + string(reading.wish)',
      value: 'wants Jane',
    },
    { what: 'the subject', expression: 'inquiry.subject', value: 'From Jane Doe' },
    { what: 'the title', expression: 'inquiry.title', value: 'Jane Doe, CEO' },
  ])('is not told: $what', ({ expression, value }) => {
    expect(shown(expression, value)).toBe('unlisted');
  });
});
