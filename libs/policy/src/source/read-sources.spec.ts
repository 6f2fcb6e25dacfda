import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { aDocument } from '../testing/a-document.ts';
import { faultLine, readSources, type LocatedFault } from './read-sources.ts';

const base = {
  name: 'base',
  text: stringify(
    aDocument({
      lists: { senior: ['ceo'] },
      numbers: { least_usd: 5 },
      extraction: { fields: { budget: { type: 'number', describe: 'Budget' } } },
    }),
  ),
};
const read = (...lines: readonly string[]) =>
  readSources([base, { name: 'mine', text: ['name: mine', ...lines].join('\n') }]);
const faultsIn = (...lines: readonly string[]): readonly LocatedFault[] => read(...lines).faults;
const first = (...lines: readonly string[]): string => faultsIn(...lines).map(faultLine)[0] ?? 'no fault';

describe('a mistake in a condition', () => {
  it.each([
    { what: 'an unknown variable', when: 'inquriy.words > 5', at: 1, says: 'Unknown variable: inquriy' },
    { what: 'an unknown field', when: 'inquiry.word > 5', at: 9, says: 'No such key: word' },
    {
      what: 'types that do not fit',
      when: 'true && inquiry.words > "a"',
      at: 9,
      says: 'no such overload: double > string',
    },
    {
      what: 'an unknown list',
      when: 'mentions(inquiry.title, lists.seniors)',
      at: 31,
      says: 'lists.seniors does not exist; there are senior',
    },
    {
      what: 'an unknown number',
      when: 'numbers.most_usd > 1.0',
      at: 9,
      says: 'numbers.most_usd does not exist; there are least_usd',
    },
    {
      what: 'a name that is worked out',
      when: 'mentions(inquiry.title, lists[inquiry.title])',
      at: 25,
      says: 'lists[…] needs a name that is written out',
    },
    {
      what: 'something that is no condition',
      when: 'inquiry.words + 1.0',
      at: 1,
      says: 'gives double, and bool is needed here',
    },
    { what: 'a pattern', when: 'inquiry.text.matches("(a+)+$")', at: 14, says: 'matches() is not available' },
    { what: 'a syntax error', when: 'inquiry.words >', at: 16, says: '' },
    {
      what: 'loops within loops',
      when: 'true && [1, 2].all(a, metadata.x.all(b, metadata.y.all(c, c == b)))',
      at: 1,
      says: 'are allowed',
    },
  ])('is told with line and column: $what', ({ when, at, says }) => {
    const line = first('rules:', '  - id: r', `    when: ${when}`, '    then: { label: Drop }');
    expect(line).toContain(`mine/playbook.yaml:4:${10 + at} /rules/0/when: `);
    expect(line).toContain(says);
  });

  it.each([
    { how: 'in single quotes', lines: ["    when: 'inquiry.title == \"it''s\" && foo'"], at: '4:40' },
    { how: 'in double quotes', lines: ['    when: "inquiry.title == \\"x\\" && foo"'], at: '4:38' },
    { how: 'in a block', lines: ['    when: |', '      inquiry.words > 5.0', '      && foo'], at: '6:10' },
    { how: 'in a folded block', lines: ['    when: >-', '      inquiry.words > 5.0', '      && foo'], at: '6:10' },
    { how: 'over several plain lines', lines: ['    when: inquiry.words > 5.0', '      && foo'], at: '5:10' },
  ])('is found $how', ({ lines, at }) => {
    expect(first('rules:', '  - id: r', ...lines, '    then: { label: Drop }')).toContain(
      `mine/playbook.yaml:${at} /rules/0/when: Unknown variable: foo`,
    );
  });

  it('is a word that a decision never is', () => {
    const route = (when: string) =>
      first('routes:', `  - { id: a, when: '${when}', queue: a }`, '  - { id: b, when: "true", queue: b }');
    expect(route('decision.category == "laed"')).toContain(
      'mine/playbook.yaml:3:42 /routes/0/when: decision.category is never "laed"; there are billing, lead',
    );
    expect(route('"angry" in decision.flags')).toContain('decision.flags is never "angry"');
    expect(route('decision.priority in ["high", "hihg"]')).toContain('decision.priority is never "hihg"');
    expect(route('decision.intent == "buy"')).toContain('decision.intent is never "buy"; there are none');
    expect(route('reading.budget > 5.0 && decision.category == "lead"')).toBe('no fault');
  });
});

describe('a mistake in a file', () => {
  it('is told in the file it stands in', () => {
    const broken = { ...base, text: base.text.replace('reviewBelow: 0.5', 'reviewBelow: 5') };
    const [fault] = readSources([broken, { name: 'mine', text: 'name: mine' }]).faults;
    expect(fault).toMatchObject({
      file: 'base',
      pointer: '/gates/reviewBelow',
      line: broken.text.split('\n').findIndex((line) => line.includes('reviewBelow')) + 1,
      column: 16,
    });
  });

  it('names the field that does not exist', () => {
    expect(first('gates:', '  reviewBelow: 0.5', '  revewBelow: 0.6')).toBe(
      'mine/playbook.yaml:4:3 /gates/revewBelow: there is no field "revewBelow" here',
    );
  });

  it('names what names nothing', () => {
    expect(first('gates:', '  neverAutoSendWith: [ legal ]')).toBe(
      'mine/playbook.yaml:3:24 /gates/neverAutoSendWith/0: "legal" is no flag',
    );
    expect(first('gates:', '  autoSendWithin: office')).toBe(
      'mine/playbook.yaml:3:19 /gates/autoSendWithin: there is no calendar "office"',
    );
    expect(first('routes:', '  - { id: a, when: "true", queue: a, pool: sales }')).toContain(
      'mine/playbook.yaml:3:44 /routes/0/pool: there is no pool "sales"',
    );
  });

  it('is told at the promise and at the step it stands in', () => {
    expect(
      first(
        'routes:',
        '  - { id: a, when: "false", queue: a }',
        '  - { id: b, when: "true", queue: b, sla: { lunch: 5 } }',
      ),
    ).toBe('mine/playbook.yaml:4:52 /routes/1/sla/lunch: there is no clock "lunch"');
    const step = first(
      'sla:',
      '  ladders:',
      '    up:',
      '      - { id: first, at: 1, do: [{ do: tell-queue }] }',
      '      - { id: second, at: 2, do: [{ do: raise-priority, to: cosmic }] }',
    );
    expect(step).toMatch(/^mine\/playbook\.yaml:6:\d+ \/sla\/ladders\/up\/1\/do\/0: "cosmic" is no priority$/u);
  });

  it('is told at the word that names nothing, which would hold nothing back', () => {
    expect(first('killSwitches:', '  - { id: stop, intents: [lead, biling] }')).toBe(
      'mine/playbook.yaml:3:33 /killSwitches/0/intents/1: "biling" is neither an intent nor a category',
    );
  });

  it('is told when it is not even YAML', () => {
    expect(first('gates: { reviewBelow: 0.5')).toMatch(/^mine\/playbook\.yaml:2:\d+: /u);
  });

  it('is told all at once', () => {
    expect(
      faultsIn('rules:', '  - { id: a, when: foo, then: {} }', '  - { id: b, when: bar, then: {} }').map(
        ({ pointer }) => pointer,
      ),
    ).toEqual(['/rules/0/when', '/rules/1/when']);
  });
});

describe('a sound file', () => {
  it('becomes a playbook, with its prompt as instructions and every layer kept', () => {
    const { playbook, layers, faults } = readSources([
      base,
      { name: 'mine', text: 'name: mine', prompts: { extraction: 'Read it.' } },
    ]);
    expect(faults).toEqual([]);
    expect(playbook).toMatchObject({
      name: 'mine',
      extraction: { instructions: 'Read it.' },
      prompts: { extraction: 'Read it.' },
    });
    expect(layers.map(({ name }) => name)).toEqual(['base', 'mine']);
  });
});
