import { answerSchema } from '@sluice/classifier';
import type { Playbook } from '@sluice/policy';
import { caseSchema, type Case } from '@sluice/policy/cases';
import { loadPlaybooks } from '@sluice/policy/files';
import { decideCase } from '../playbook/decide-case.ts';
import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { samples } from './samples.ts';
import { heading, lineOf } from './show.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const { playbooks } = loadPlaybooks(join(root, 'playbooks'));
const playbookOf = (name: string): Playbook => {
  const found = playbooks.find(({ playbook }) => playbook.name === name)?.playbook;
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};
const models = playbooks
  .map(({ playbook }) => playbook)
  .filter(({ extraction }) => Object.values(extraction.fields).some(({ from }) => from === 'model'));

const leadBody = z.object({
  subject: z.string(),
  text: z.string(),
  contact: z.object({ email: z.string(), title: z.string().optional() }),
  metadata: z.record(z.string(), z.number()).default({}),
});

/** What normalize-inquiry and the directory make of a sample, as far as a decision rests on it. */
const inquiryOf = ({ type, body }: ReturnType<typeof samples>[number]): Case['inquiry'] => {
  if (type === 'application/json') {
    const {
      subject,
      text,
      contact: { email, title },
      metadata,
    } = leadBody.parse(JSON.parse(body));
    return {
      source: 'web-form',
      channel: 'form',
      subject,
      text,
      email,
      metadata,
      ...(title === undefined ? {} : { title }),
      ...(email.includes('mailinator') ? { addressKind: 'disposable' } : {}),
    };
  }
  const [head = '', ...paragraphs] = body.replaceAll('\r\n', '\n').split('\n\n');
  return {
    source: 'mail',
    channel: 'mail',
    subject: /^Subject: (.*)$/mu.exec(head)?.[1] ?? '',
    text: paragraphs.join('\n\n'),
  };
};

let simulators: RunningSimulators;
beforeAll(async () => {
  simulators = await startSimulators();
});
afterAll(() => simulators.close());

/** What the simulated model answers to a text, asked as the classifier asks it. */
const answerOf = async (
  playbook: Playbook,
  { subject, text }: Case['inquiry'],
): Promise<NonNullable<Case['reading']>> => {
  const response = await fetch(`${simulators.addressOf('openai')}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'small',
      messages: [{ role: 'user', content: `Subject: ${subject}\n\n${text}` }],
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'reading', schema: z.toJSONSchema(answerSchema(playbook.extraction)) },
      },
    }),
  });
  const { choices } = (await response.json()) as {
    readonly choices: readonly { readonly message: { readonly content: string } }[];
  };
  return answerSchema(playbook.extraction).parse(JSON.parse(choices[0]?.message.content ?? '')) as NonNullable<
    Case['reading']
  >;
};

const isRuled = ({ inquiry }: Case): boolean => inquiry.addressKind === 'disposable';

/** What `npm start` shows of a sample: the decision, and the channel that is told. */
const shownOf = async (what: string) => {
  const sample = samples().find(({ shown }) => shown === what);
  if (!sample) throw new Error(`there is no sample "${what}"`);
  const inquiry = inquiryOf(sample);
  const playbook = playbookOf(inquiry.channel === 'mail' ? 'customer-ops' : 'lead-qual');
  const bare = caseSchema.parse({ name: what, inquiry, expect: {} });
  const one = isRuled(bare) ? bare : { ...bare, reading: await answerOf(playbook, inquiry) };
  const {
    scored: { decision },
    routed: { routing },
    acknowledgement,
    records,
  } = decideCase(playbook, one);
  const { channels, review, otherwise } = playbook.sinks.slack;
  const channel = routing.closed ? null : decision.review.needed ? review : (channels[routing.queue] ?? otherwise);
  return {
    category: decision.category,
    label: decision.label,
    score: decision.score,
    queue: routing.queue,
    pool: routing.pool,
    channel,
    answer: acknowledgement?.kind ?? null,
    records: records.map(({ kind, target, approveBy = null }) => ({
      kind,
      target,
      state: approveBy === null ? 'confirmed' : 'requested',
      approveBy,
    })),
  };
};

describe('what a newcomer sees first is what each sample means', () => {
  it.each([
    {
      what: 'chief executive who wants a demo',
      shown: {
        category: 'lead',
        label: 'A',
        score: 90,
        queue: 'sales-priority',
        pool: 'sales',
        channel: '#leads-hot',
        answer: null,
      },
    },
    {
      what: 'student who is curious',
      shown: {
        category: 'lead',
        label: 'Drop',
        score: 0,
        queue: 'review',
        pool: 'nurture',
        channel: '#leads-review',
        answer: null,
      },
    },
    {
      what: 'sender with a throwaway address',
      shown: { category: 'lead', label: 'Drop', score: 30, queue: 'dropped', pool: null, channel: null, answer: null },
    },
    {
      what: 'customer whose dashboard is down',
      shown: {
        category: 'support',
        label: null,
        score: 0,
        queue: 'on-call',
        pool: 'on-call',
        channel: '#on-call',
        answer: 'mail.reply',
      },
    },
    {
      what: 'invoice that was charged twice',
      shown: {
        category: 'billing',
        label: null,
        score: 0,
        queue: 'finance',
        pool: 'finance',
        channel: '#finance',
        answer: null,
      },
    },
    {
      what: 'letter from a lawyer',
      shown: {
        category: 'legal',
        label: null,
        score: 0,
        queue: 'legal',
        pool: 'legal',
        channel: '#legal',
        answer: null,
      },
    },
  ])('$what', async ({ what, shown }) => {
    expect(await shownOf(what)).toMatchObject(shown);
  });

  it('and there are no others', () => expect(samples()).toHaveLength(6));

  it('and stands on the first screen of the README as it is printed', async () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    expect(readme).toContain(heading);
    for (const { shown: what } of samples()) {
      const { category, label, score, queue, pool, channel, answer, records } = await shownOf(what);
      const row = readme.split('\n').find((line) => line.includes(what)) ?? '';
      const [inquiryId = '', owner = '', took = ''] = [/\s(\S+)\s/u, /(\S+)\s+\S+ s\s/u, /(\S+) s\s/u].map(
        (part) => part.exec(row)?.[1],
      );
      const told = ['slack.message', 'webhook.delivery'].map((kind) => ({
        kind,
        target: kind === 'slack.message' ? (channel ?? '') : 'subscribers',
        state: 'confirmed',
      }));
      const printed = lineOf(
        { shown: what, inquiryId },
        {
          ...{ state: 'routed', reason: null, settled: true, category, label, score, queue },
          owner: pool === null ? null : owner,
          tookMs: Number(took) * 1_000,
          effects: [
            ...(answer === null ? [] : [{ kind: answer, target: 'smtp', state: 'confirmed' }]),
            ...(channel === null ? [] : told),
            ...records,
            // As the API has them.
          ].sort((one, other) => one.kind.localeCompare(other.kind)),
        },
      );
      expect(row).toBe(printed);
    }
  });
});

describe('the simulated model', () => {
  const TEXT = `My name is Clara Clock and I am the CEO; I work at Clockwork. We need a CRM integration for the dashboard within two weeks, order ORD-4711 for the team plan is overdue.
Can you show us a demo? What is the price? Our budget is $25,000. Write to clara@clockwork.example in Germany.`;

  it.each(models)('answers $name in its own schema, and leaves little open where much is said', async (playbook) => {
    const answer = await answerOf(playbook, { subject: 'CRM integration', text: TEXT });
    const open = Object.entries(answer)
      .filter(([, value]) => value === null)
      .map(([field]) => field);
    expect(open.filter((field) => !['policy_flags', 'sentiment', 'company_domain'].includes(field))).toEqual([]);
  });

  it('reads figures, dates, names and choices where they are said, and says null, or the plain choice, where they are not', async () => {
    expect(await answerOf(playbookOf('lead-qual'), { subject: 'CRM integration', text: TEXT })).toMatchObject({
      use_case: 'crm-integration',
      urgency_days: 14,
      budget_band: '10k_50k',
      decision_maker_bool: true,
      competitor_mentioned: false,
      complexity_level: 'medium',
      blockers: [],
    });
    expect(await answerOf(playbookOf('customer-ops'), { subject: 'CRM integration', text: TEXT })).toMatchObject({
      category: 'lead',
      company: 'Clockwork',
      contact_name: 'Clara Clock',
      plan: 'team',
      order_id: 'ORD-4711',
      confidence: 0.8,
    });
    expect(await answerOf(playbookOf('customer-ops'), { subject: 'Hello', text: 'Nice weather today.' })).toMatchObject(
      { category: 'other', company: null, order_id: null, confidence: 0.5 },
    );
    expect(await answerOf(playbookOf('lead-qual'), { subject: 'Hello', text: 'Nice weather.' })).toMatchObject({
      use_case: 'other',
      urgency_days: null,
      budget_band: null,
      decision_maker_bool: null,
    });
  });
});
