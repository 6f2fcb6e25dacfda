import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPlaybooks } from './load-playbooks.ts';
import { literalsIn, productionLiterals, type Literal } from './testing/literals-in-code.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const literals = productionLiterals(root);
const { playbooks } = loadPlaybooks(join(root, 'playbooks'));

/** Shares in code that no playbook could want to change. */
const NOT_POLICY: Readonly<Record<string, string>> = {
  'libs/transport/src/registry/registry-client.ts 0.1': 'seconds before a registry is asked again',
  'libs/stage/src/runner/conveyor.ts 0.5': 'how full the window may be when fetching resumes',
  'libs/llm/src/gen-ai-telemetry.ts 0.01': 'a bucket of a histogram',
  'apps/notifier/src/domain/next-step.ts 0.75': 'spread of a pause between tries',
  'apps/ingest/src/adapters/detect-language.ts 0.5': 'what the detector\'s own word "reliable" is worth',
  'libs/policy/src/calendar/open-spans.ts 4000': 'how many days are looked at for the next open hour',
  'libs/policy/src/calendar/open-spans.ts 2': 'days that a stretch over midnight can touch',
  'libs/policy/src/calendar/open-spans.ts 800': 'days that are remembered',
  'libs/contracts/src/topics.ts 14': 'retention of a topic, which is declared with it',
  'apps/ingest/src/domain/quote-lines.ts 8': 'grammar of a quoted reply',
  'apps/ingest/src/domain/signature-lines.ts 6': 'grammar of a signature',
  'apps/ingest/src/domain/signature-lines.ts 12': 'grammar of a signature',
  'apps/ingest/src/domain/signature-lines.ts 4': 'grammar of a signature',
};

/** Words that are the engine's own and happen to name something in a playbook too. */
const ENGINE_WORDS = ['human', 'review', 'answered', 'owner', 'dropped', 'closed', 'priority', 'summary', 'intent', 'product', 'urgency', 'sentiment', 'company', 'category', 'confidence', 'label', 'topic', 'region', 'contact', 'automation', 'unavailable', 'vip', 'on-call', 'booking'];
/** Role addresses are a fact about mail, like free-mail domains; that the UK is GB is one about countries. */
const WORD_LISTS = ['apps/ingest/src/domain/address-lists.ts', 'libs/policy/src/source/territory-file.ts'];

const POLICY_NAME = /confidence|score|points|similar|priority|urgen|employees|budget|minutes|hours|days|words|threshold|tier|weight|sla\b|quiet|reviewBelow|autoSend|retention/iu;

const isShare = ({ value }: Literal): boolean => typeof value === 'number' && value > 0 && value < 1;
const isPolicyNumber = ({ value, comparedWith, givenTo }: Literal): boolean => typeof value === 'number' && value > 1 && POLICY_NAME.test(`${comparedWith ?? ''} ${givenTo ?? ''}`);

const found = (all: readonly Literal[]): readonly string[] => all.filter((one) => isShare(one) || isPolicyNumber(one)).map(({ file, value }) => `${file} ${value}`);

const leaves = (value: unknown): readonly unknown[] => (typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value]);

const playbookWords = new Set(playbooks.flatMap(({ playbook: { taxonomy, rubric, routes, pools, extraction, lists } }) => [
  ...taxonomy.categories.map(({ name }) => name), ...taxonomy.flags.map(({ name }) => name), ...taxonomy.priorities, ...Object.values(taxonomy.axes).flatMap((axis) => axis.values),
  ...rubric.labels.map(({ label }) => label), ...routes.map(({ queue }) => queue), ...Object.keys(pools), ...Object.keys(extraction.fields), ...Object.values(lists).flat(),
]));

describe('the code of apps and libs', () => {
  it('is looked at, all of it', () => {
    expect(literals.length).toBeGreaterThan(2_000);
    expect(playbookWords.size).toBeGreaterThan(200);
  });

  it('has no threshold of its own', () => {
    expect(found(literals).filter((one) => !(one in NOT_POLICY))).toEqual([]);
  });

  it('has no exception that is not needed any more', () => {
    expect(Object.keys(NOT_POLICY).filter((one) => !found(literals).includes(one))).toEqual([]);
  });

  it('decides by no word of a playbook: no category, label, priority, queue, pool, field or listed word', () => {
    const isWord = ({ value, file }: Literal): boolean => typeof value === 'string' && playbookWords.has(value) && !ENGINE_WORDS.includes(value) && !WORD_LISTS.includes(file);
    const inDecisions = literals.filter(({ file }) => file.includes('/domain/') || file.endsWith('.stage.ts') || file.startsWith('libs/policy/'));
    expect(inDecisions.filter(isWord).map(({ file, line, value }) => `${file}:${line} ${value}`)).toEqual([]);
  });

  it('compares nothing with a number that a playbook decides by', () => {
    const numbers = new Set(playbooks.flatMap(({ playbook: { gates, rubric, rollout, numbers: own, routes, budget } }) =>
      leaves([gates, rubric.labels, rollout.phases, own, routes.map(({ sla }) => sla), budget])).filter((value) => typeof value === 'number' && value > 5));
    const isCompared = ({ value, comparedWith, file }: Literal): boolean => numbers.has(value) && comparedWith !== null && (file.startsWith('apps/classifier') || file.startsWith('apps/router') || file.startsWith('libs/policy'));
    expect(numbers.size).toBeGreaterThan(15);
    expect(literals.filter(isCompared)).toEqual([]);
  });
});

it.each([
  { code: 'const ok = confidence >= 0.7;', finds: 'x.ts 0.7' },
  { code: 'if (decision.score >= 70) act();', finds: 'x.ts 70' },
  { code: 'const SLA_MINUTES = 15;', finds: 'x.ts 15' },
  { code: 'route({ reviewBelow: 60 });', finds: 'x.ts 60' },
])('would find $code', ({ code, finds }) => {
  expect(found(literalsIn('x.ts', code))).toEqual([finds]);
});
