import { join } from 'node:path';
import { loadPlaybooks } from '@sluice/policy/files';
import { describe, expect, it } from 'vitest';
import { root } from '../commands/checkout.ts';
import { literalsIn, productionLiterals, type Literal } from './literals-in-code.ts';

const literals = productionLiterals(root);
const { playbooks } = loadPlaybooks(join(root, 'playbooks'));

/** Shares in code that no playbook could want to change. */
const NOT_POLICY: Readonly<Record<string, string>> = {
  'libs/connectors/src/zendesk/zendesk.connector.ts 0.8': 'effects a second, below what Zendesk allows',
  'libs/connectors/src/hubspot/hubspot.connector.ts 0.5': 'effects a second, below what HubSpot allows',
  'libs/connectors/src/help-scout/help-scout.connector.ts 0.5': 'effects a second, below what Help Scout allows',
  'libs/connectors/src/graph/graph.connector.ts 0.5': 'mails a second, as Exchange Online allows',
  'libs/connectors/src/freshdesk/freshdesk.connector.ts 4': 'the number by which Freshdesk calls a ticket urgent',
  'libs/connectors/src/freshdesk/freshdesk.connector.ts 0.8': 'effects a second, below what Freshdesk allows',
  'libs/connectors/src/activecampaign/activecampaign.connector.ts 0.5':
    'effects a second, below what ActiveCampaign allows',
  'libs/transport/src/registry/registry-client.ts 0.1': 'seconds before a registry is asked again',
  'libs/stage/src/runner/conveyor.ts 0.5': 'how full the window may be when fetching resumes',
  'libs/llm/src/gen-ai-telemetry.ts 0.01': 'a bucket of a histogram',
  'apps/notifier/src/domain/next-step.ts 0.75': 'spread of a pause between tries',
  'apps/ingest/src/adapters/detect-language.ts 0.5': 'what the detector\'s own word "reliable" is worth',
  'libs/policy/src/calendar/open-spans.ts 4000': 'how many days are looked at for the next open hour',
  'libs/policy/src/calendar/open-spans.ts 2': 'days that a stretch over midnight can touch',
  'libs/policy/src/calendar/open-spans.ts 800': 'days that are remembered',
  'apps/api/src/api.module.ts 600000': 'milliseconds between two looks for what has expired',
  'apps/api/src/adapters/partitions.ts 3': 'days for which partitions are made ahead',
  'libs/contracts/src/topics.ts 14': 'retention of a topic, which is declared with it',
  'apps/ingest/src/domain/quote-lines.ts 8': 'grammar of a quoted reply',
  'apps/ingest/src/domain/signature-lines.ts 6': 'grammar of a signature',
  'apps/ingest/src/domain/signature-lines.ts 12': 'grammar of a signature',
  'apps/ingest/src/domain/signature-lines.ts 4': 'grammar of a signature',
};

/** Words that are the engine's own and happen to name something in a playbook too. */
const ENGINE_WORDS = [
  'human',
  'review',
  'answered',
  'owner',
  'dropped',
  'closed',
  'priority',
  'summary',
  'intent',
  'product',
  'urgency',
  'sentiment',
  'company',
  'category',
  'confidence',
  'label',
  'topic',
  'region',
  'contact',
  'automation',
  'unavailable',
  'vip',
  'on-call',
  'booking',
  'other',
];
/** Role addresses are a fact about mail, like free-mail domains and how people sign; that the UK is GB is one about countries. */
const WORD_LISTS = [
  'apps/ingest/src/domain/address-lists.ts',
  'apps/ingest/src/domain/mail-phrases.ts',
  'libs/policy/src/source/territory-file.ts',
];

const POLICY_NAME =
  /confidence|score|points|similar|priority|urgen|employees|budget|minutes|hours|days|words|threshold|tier|weight|sla\b|quiet|reviewBelow|autoSend|retention/iu;

const isShare = ({ value }: Literal): boolean => typeof value === 'number' && value > 0 && value < 1;
const isPolicyNumber = ({ value, comparedWith, givenTo }: Literal): boolean =>
  typeof value === 'number' && value > 1 && POLICY_NAME.test(`${comparedWith ?? ''} ${givenTo ?? ''}`);

const found = (all: readonly Literal[]): readonly string[] =>
  all.filter((one) => isShare(one) || isPolicyNumber(one)).map(({ file, value }) => `${file} ${value}`);

/** Where it is decided: there a number needs no name that gives it away, nor a comparison beside it. */
const DECIDES = /^apps\/(?:classifier|router)\/src\/(?:domain|stages)\//u;

/** Numbers above 1 in what decides, each with its reason; 0 and 1 are nothing and all. */
const ARITHMETIC: Readonly<Record<string, string>> = {
  'apps/router/src/domain/approvals/proposals.ts 50':
    'proposals that are remembered of a conversation: a bound of storage',
  'apps/router/src/domain/records/records-of.ts 3': 'reasons that are shown',
  'apps/router/src/domain/records/records-of.ts 300': 'characters of a short message',
  'apps/router/src/domain/records/sink-terms.ts 3600000': 'milliseconds of an hour',
  'apps/router/src/domain/routing.ts 60000': 'milliseconds of a minute',
  'apps/router/src/domain/retention.ts 86400000': 'milliseconds of a day',
  'apps/router/src/domain/notices.ts 100': 'per cent, as it is shown',
  'apps/router/src/domain/conversation/clock.ts 3155760000000': 'milliseconds of a century: a bound of reckoning',
  'apps/router/src/domain/conversation/conversation-events.ts 60000': 'milliseconds of a minute',
  'apps/router/src/domain/conversation/open-inquiries.ts 100':
    'inquiries that one conversation is remembered by at most: a bound of memory',
  'apps/router/src/domain/conversation/open-inquiries.ts 2':
    'the order in which they are let go, and ended inquiries for each that is open: bounds of memory',
  'apps/router/src/domain/pool/availability.ts 86400000': 'milliseconds of a day',
  'apps/router/src/domain/pool/precedence.ts 3600000': 'milliseconds of an hour',
  'apps/router/src/domain/pool/preferences.ts 3': 'digits that are shown',
  'apps/router/src/domain/pool/preferences.ts 2': 'two are needed to narrow',
  'apps/router/src/domain/pool/turns.ts 1000000000': 'a turn in whole billionths',
  'apps/classifier/src/stages/score-inquiry.stage.ts 160': 'length of a summary where no model gave one',
  'apps/classifier/src/domain/axes.ts 120': 'length of a term that the log takes',
  'apps/classifier/src/domain/score.ts 100': 'what `to_100` means',
};

const NUMBER_AS_TEXT = /^-?\d*\.?\d+$/u;
const isAnyNumber = ({ value }: Literal): boolean =>
  typeof value === 'number' ? value !== 0 && value !== 1 : NUMBER_AS_TEXT.test(value);
const numbersIn = (all: readonly Literal[]): readonly string[] =>
  all
    .filter(({ file }) => DECIDES.test(file))
    .filter(isAnyNumber)
    .map(({ file, value }) => `${file} ${value}`);

const leaves = (value: unknown): readonly unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];

const playbookWords = new Set(
  playbooks.flatMap(({ playbook: { taxonomy, rubric, routes, pools, extraction, lists } }) => [
    ...taxonomy.categories.map(({ name }) => name),
    ...taxonomy.flags.map(({ name }) => name),
    ...taxonomy.priorities,
    ...Object.values(taxonomy.axes).flatMap((axis) => axis.values),
    ...rubric.labels.map(({ label }) => label),
    ...routes.map(({ queue }) => queue),
    ...Object.keys(pools),
    ...Object.keys(extraction.fields),
    ...Object.values(lists).flat(),
  ]),
);

describe('the code of apps and libs', () => {
  it('is looked at, all of it', () => {
    expect(literals.length).toBeGreaterThan(2_000);
    expect(playbookWords.size).toBeGreaterThan(200);
  });

  it('has no threshold of its own', () => {
    expect(found(literals).filter((one) => !(one in NOT_POLICY))).toEqual([]);
  });

  it('has no number at all where it is decided, however it is named or hidden, but those of arithmetic', () => {
    expect([...new Set(numbersIn(literals))].sort()).toEqual(Object.keys(ARITHMETIC).sort());
  });

  it('has no exception that is not needed any more', () => {
    expect(Object.keys(NOT_POLICY).filter((one) => !found(literals).includes(one))).toEqual([]);
  });

  it('decides by no word of a playbook: no category, label, priority, queue, pool, field or listed word', () => {
    const isWord = ({ value, file }: Literal): boolean =>
      typeof value === 'string' &&
      playbookWords.has(value) &&
      !ENGINE_WORDS.includes(value) &&
      !WORD_LISTS.includes(file);
    const inDecisions = literals.filter(
      ({ file }) => file.includes('/domain/') || file.endsWith('.stage.ts') || file.startsWith('libs/policy/'),
    );
    expect(inDecisions.filter(isWord).map(({ file, line, value }) => `${file}:${line} ${value}`)).toEqual([]);
  });

  it('compares nothing with a number that a playbook decides by', () => {
    const numbers = new Set(
      playbooks
        .flatMap(({ playbook: { gates, rubric, rollout, numbers: own, routes, budget } }) =>
          leaves([gates, rubric.labels, rollout.phases, own, routes.map(({ sla }) => sla), budget]),
        )
        .filter((value) => typeof value === 'number' && value > 5),
    );
    const isCompared = ({ value, comparedWith, file }: Literal): boolean =>
      numbers.has(value) &&
      comparedWith !== null &&
      (file.startsWith('apps/classifier') || file.startsWith('apps/router') || file.startsWith('libs/policy'));
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

it.each([
  { how: 'behind a name that says nothing', code: 'const LIMIT = 70; if (score >= LIMIT) act();', finds: ['70'] },
  { how: 'in a list', code: 'const STEPS = [70, 40];', finds: ['70', '40'] },
  { how: 'in a fraction', code: 'const bar = 7 / 10;', finds: ['7', '10'] },
  { how: 'as text', code: "const bar = Number('0.70');", finds: ['0.70'] },
  { how: 'as an argument', code: 'return Math.max(score, 40);', finds: ['40'] },
  { how: 'in a switch', code: 'switch (minutes) { case 15: act(); }', finds: ['15'] },
])('would find a threshold $how in what decides', ({ code, finds }) => {
  const file = 'apps/classifier/src/domain/x.ts';
  expect(numbersIn(literalsIn(file, code))).toEqual(finds.map((value) => `${file} ${value}`));
});
