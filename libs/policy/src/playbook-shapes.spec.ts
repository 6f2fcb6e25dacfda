import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPlaybooks, sourcesOf } from './load-playbooks.ts';
import { playbookHashOf } from './parse-playbook.ts';
import { readSources } from './source/read-sources.ts';

const root = join(import.meta.dirname, '..', '..', '..', 'playbooks');
const { playbooks } = loadPlaybooks(root);

const named = (name: string) => {
  const found = playbooks.find(({ playbook }) => playbook.name === name);
  if (!found) throw new Error(`there is no playbook ${name}`);
  return found.playbook;
};

describe('the fields a model is asked for', () => {
  it.each([
    {
      box: 'B-24',
      name: 'lead-qual',
      fields: [
        'use_case',
        'urgency_days',
        'budget_band',
        'decision_maker_bool',
        'competitor_mentioned',
        'complexity_level',
        'blockers',
      ],
    },
    {
      box: 'A-10',
      name: 'customer-ops',
      fields: [
        'category',
        'intent',
        'priority',
        'company',
        'contact_name',
        'product',
        'plan',
        'order_id',
        'summary',
        'confidence',
      ],
    },
    {
      box: 'C-08',
      name: 'support-router',
      fields: ['intent', 'product', 'urgency', 'sentiment', 'priority', 'summary', 'confidence'],
    },
    {
      box: 'D-03',
      name: 'inbox-triage',
      fields: ['label', 'company', 'contact', 'product', 'order_number', 'risk_flags', 'summary', 'confidence'],
    },
    {
      box: 'E-08',
      name: 'email-to-crm',
      fields: [
        'intent',
        'person_name',
        'person_email',
        'company_name',
        'company_domain',
        'products',
        'annual_amount_usd',
        'timeline',
        'region',
        'summary',
        'required_action',
        'confidence',
      ],
    },
    {
      box: 'G-02',
      name: 'auto-reply',
      fields: ['intent', 'urgency', 'owner', 'policy_flags', 'summary', 'confidence'],
    },
  ])('$box: $name', ({ name, fields }) => {
    const { extraction } = named(name);
    expect(
      Object.entries(extraction.fields)
        .filter(([, { from }]) => from === 'model')
        .map(([field]) => field),
    ).toEqual(fields);
  });
});

describe('the buckets', () => {
  it.each([
    {
      box: 'A-10',
      name: 'customer-ops',
      buckets: ['lead', 'support', 'billing', 'vendor', 'spam', 'career', 'legal', 'other'],
    },
    { box: 'D-02', name: 'inbox-triage', buckets: ['Sales Lead', 'Support', 'Billing', 'Vendor', 'Spam', 'Personal'] },
    {
      box: 'E-08',
      name: 'email-to-crm',
      buckets: ['lead', 'support', 'vendor', 'job_applicant', 'newsletter', 'spam'],
    },
  ])('$box: $name', ({ name, buckets }) => {
    expect(
      named(name)
        .taxonomy.categories.map((one) => one.name)
        .sort(),
    ).toEqual([...buckets].sort());
  });

  it.each(playbooks.map(({ playbook }) => ({ name: playbook.name, playbook })))(
    'of $name can be told in the words all playbooks share',
    ({ playbook: { taxonomy, rubric } }) => {
      expect(Object.keys(taxonomy.mappings['category'] ?? {}).sort()).toEqual(
        taxonomy.categories.map(({ name }) => name).sort(),
      );
      if (rubric.labels.length > 0)
        expect(Object.keys(taxonomy.mappings['tier'] ?? {}).sort()).toEqual(
          rubric.labels.map(({ label }) => label).sort(),
        );
    },
  );
});

describe('what is written to people', () => {
  it('the Drop reply exists and is off (B-32)', () => {
    expect(named('lead-qual').acknowledgement.templates['drop-reply']).toMatchObject({ enabled: false });
  });

  it('the first template is of the harmless kind (Z-04)', () => {
    expect(named('inbox-triage').acknowledgement.templates['received']?.text).toBe("Received, we'll reply soon.");
  });

  it('legal and billing are never acknowledged, and the footer is verbatim (A-16)', () => {
    const { allow, never, footer } = named('customer-ops').acknowledgement;
    expect({ never, footer, allowed: allow.filter((one) => never.includes(one)) }).toEqual({
      never: ['legal', 'billing'],
      footer: 'Human review in progress',
      allowed: [],
    });
  });

  it('the four templates of document 001G have their slots (G-05)', () => {
    const { templates } = named('auto-reply').acknowledgement;
    expect(Object.keys(templates)).toEqual(['scheduling', 'pricing', 'support-ack', 'partner']);
    expect(templates['scheduling']).toMatchObject({ slots: ['slot_one', 'slot_two'] });
  });
});

it('customer-ops shows the model two examples of each category (A-13)', () => {
  const { taxonomy, extraction } = named('customer-ops');
  const counts = Object.groupBy(extraction.examples, ({ answer }) => String(answer['category']));
  expect(taxonomy.categories.map(({ name }) => [name, counts[name]?.length])).toEqual(
    taxonomy.categories.map(({ name }) => [name, 2]),
  );
});

describe('a version', () => {
  const sources = sourcesOf(root, 'lead-qual');
  const hashWith = (change: (text: string) => string, prompt: (text: string) => string = (text) => text): string => {
    const changed = sources.map((one) => ({
      ...one,
      text: change(one.text),
      prompts: Object.fromEntries(Object.entries(one.prompts ?? {}).map(([name, text]) => [name, prompt(text)])),
    }));
    const { playbook, faults } = readSources(changed);
    if (!playbook) throw new Error(faults.map(({ message }) => message).join());
    return playbookHashOf(playbook);
  };
  const before = hashWith((text) => text);

  it('is another one when a point, a threshold or a prompt changes (B-29)', () => {
    expect(hashWith((text) => text.replace('points: 30', 'points: 31'))).not.toBe(before);
    expect(hashWith((text) => text.replace('atLeast: 70', 'atLeast: 71'))).not.toBe(before);
    expect(
      hashWith(
        (text) => text,
        (prompt) => `${prompt} Be brief.`,
      ),
    ).not.toBe(before);
  });

  it('is the same when only a comment changes', () => {
    expect(hashWith((text) => `# a comment\n${text}`)).toBe(before);
  });
});
