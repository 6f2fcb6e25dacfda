import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPlaybooks } from '../load-playbooks.ts';
import { parsePlaybook } from '../parse-playbook.ts';
import { aDocument } from '../testing/a-document.ts';
import { diffPlaybooks } from './diff-playbooks.ts';

const before = {
  gates: { reviewBelow: 0.6, autoSend: 0.9, byIntent: { lead: { autoSend: 0.8 } } },
  lists: { urgent: ['asap', 'today'] },
  numbers: { target_usd: 10 },
  prompts: { extraction: 'Read it.\nSay what it is.' },
  rules: [
    { id: 'first', when: 'true', then: {} },
    { id: 'second', when: 'true', then: {} },
  ],
  rubric: { components: [{ rule: 'fit', when: 'true', points: 30, input: 'true', from: 'rule' }] },
  routes: [
    { id: 'hot', when: 'decision.score > 1.0', queue: 'hot', sla: { first_human: 120 } },
    { id: 'all', when: 'true', queue: 'all' },
  ],
  pools: { sales: { owners: [{ key: 'ada', weight: 2 }], noneAvailable: { do: 'hold' } } },
  sla: { clocks: { first_human: { stops: ['replied'] } } },
  retention: { rawDays: 30 },
  redaction: { classes: ['email', 'phone'] },
  overrides: { brand: { acme: { gates: { reviewBelow: 0.7 }, lists: { urgent: ['now'] } } } },
};
const playbook = (over: object) => parsePlaybook(aDocument({ ...before, ...over }));
const wordsOf = (over: object) => diffPlaybooks(playbook({}), playbook(over)).map(({ words }) => words);

describe('the difference between two versions', () => {
  it.each([
    {
      what: 'a threshold, and that it is stricter',
      over: { gates: { ...before.gates, reviewBelow: 0.75 } },
      words: 'gates › review below goes from 0.6 to 0.75 (share from 0 to 1): stricter',
    },
    {
      what: 'a threshold of an intent, and that it is looser',
      over: { gates: { ...before.gates, byIntent: { lead: { autoSend: 0.7 } } } },
      words: 'gates of “lead” › auto send goes from 0.8 to 0.7 (share from 0 to 1): looser',
    },
    {
      what: 'words that came and went',
      over: { lists: { urgent: ['asap', 'tomorrow'] } },
      words: 'word list “urgent” gains “tomorrow” and loses “today”',
    },
    {
      what: 'another order of words',
      over: { lists: { urgent: ['today', 'asap'] } },
      words: 'word list “urgent” has another order: “today”, “asap”',
    },
    { what: 'a number', over: { numbers: { target_usd: 20 } }, words: 'number “target_usd” goes from 10 to 20' },
    {
      what: 'a prompt, by its lines',
      over: { prompts: { extraction: 'Read it.\nSay what they want.' } },
      words: 'prompt “extraction” has another text: 1 new lines, 1 gone',
    },
    {
      what: 'points of a component, by its name',
      over: { rubric: { components: [{ ...before.rubric.components[0], points: 31 }] } },
      words: 'rubric component “fit” › points goes from 30 to 31 (points)',
    },
    {
      what: 'a promise of a route',
      over: { routes: [{ ...before.routes[0], sla: { first_human: 60 } }, before.routes[1]] },
      words: 'route “hot” › promise “first_human” goes from 120 to 60',
    },
    {
      what: 'an owner of a pool',
      over: { pools: { sales: { ...before.pools.sales, owners: [{ key: 'ada', weight: 3 }] } } },
      words: 'pool “sales” › owner “ada” › weight goes from 2 to 3 (shares)',
    },
    {
      what: 'the order of rules',
      over: { rules: [before.rules[1], before.rules[0]] },
      words: 'rules are tried in another order: second, first',
    },
    {
      what: 'an override',
      over: { overrides: { brand: { acme: { gates: { reviewBelow: 0.8 }, lists: { urgent: ['now'] } } } } },
      words: 'override for brand “acme” › gates › review below goes from 0.7 to 0.8 (share from 0 to 1): stricter',
    },
    {
      what: 'redaction that does less',
      over: { redaction: { classes: ['email'] } },
      words: 'redaction › classes loses “phone”: looser',
    },
    {
      what: 'never',
      over: { gates: { ...before.gates, autoSend: null } },
      words: 'gates › auto send goes from 0.9 to nothing (share from 0 to 1): stricter',
    },
  ])('tells $what', ({ over, words }) => expect(wordsOf(over)).toEqual([words]));

  it('tells what is new and what is gone, with what it says', () => {
    expect(wordsOf({ routes: [{ id: 'vip', when: 'true', queue: 'vip' }, before.routes[1]] })).toEqual([
      'route “hot” is gone; it was id “hot”, when “decision.score > 1.0”, queue “hot”, notify yes, sla first_human 120, needs territory “none”, language “none”',
      'route “vip” is new: id “vip”, when “true”, queue “vip”, notify yes, needs territory “none”, language “none”',
    ]);
  });

  it('says with each what the field means, and where it stands', () => {
    expect(diffPlaybooks(playbook({}), playbook({ retention: { rawDays: 20 } }))).toMatchObject([
      {
        path: '/retention/rawDays',
        before: 30,
        after: 20,
        towards: 'stricter',
        meaning: expect.stringMatching(/\w+/u),
      },
    ]);
  });

  it('is nothing where nothing is', () => expect(wordsOf({})).toEqual([]));

  const { playbooks } = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', '..', 'playbooks'));
  const pairs = playbooks.flatMap((one, at) =>
    playbooks.slice(at + 1, at + 2).map((other) => ({ one: one.playbook, other: other.playbook })),
  );
  it.each(pairs.map((pair) => ({ ...pair, names: `${pair.one.name} and ${pair.other.name}` })))(
    'between $names is told whole and in words',
    ({ one, other }) => {
      const changes = diffPlaybooks(one, other);
      expect(changes.length).toBeGreaterThan(5);
      expect(changes.filter(({ words }) => /undefined|\[object|\{"/u.test(words))).toEqual([]);
      expect(changes.filter(({ meaning }) => meaning === '')).toEqual([]);
    },
  );
});
