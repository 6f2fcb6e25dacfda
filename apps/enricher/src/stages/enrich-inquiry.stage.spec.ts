import { stageSpec } from '@sluice/stage/testing';
import type { PlaybookHash } from '@sluice/kernel';
import { describe, expect, it } from 'vitest';
import type { Company } from '../domain/company.ts';
import type { Looked, Lookup, LookUpOptions } from '../ports/lookup.port.ts';
import { aNormalizedInquiry } from '../testing/a-normalized-inquiry.ts';
import { aPolicy, aPolicyWith } from '../testing/a-policy.ts';
import { enrichInquiry } from './enrich-inquiry.stage.ts';

const given = stageSpec(enrichInquiry, aPolicy);
const initech: Company = {
  domain: 'initech.example',
  name: 'Initech',
  employees: 240,
  industry: 'software',
  country: 'US',
};

const looked = <Value>(status: Looked<Value>['status'], value: Value | null, costUsd = 0): Looked<Value> => ({
  provider: 'test',
  status,
  tookMs: 12,
  costUsd,
  value,
});
const company = (status: Looked<Company>['status'], value: Company | null = null) => looked(status, value, 0.01);
const website = (status: Looked<string>['status'], value: string | null = null) => looked(status, value);

describe('enrich-inquiry', () => {
  it.each([
    {
      when: 'both are found',
      facts: [company('found', initech), website('found', 'We make printers.')],
      status: 'full',
    },
    {
      when: 'both come from the cache',
      facts: [company('cached', initech), website('cached', 'We make printers.')],
      status: 'full',
    },
    { when: 'nobody knows the company', facts: [company('not-found'), website('not-found')], status: 'full' },
    {
      when: 'the directory fails',
      facts: [company('failed'), website('found', 'We make printers.')],
      status: 'partial',
    },
    { when: 'the site fails', facts: [company('found', initech), website('failed')], status: 'partial' },
    { when: 'both fail', facts: [company('failed'), website('failed')], status: 'partial' },
    {
      when: 'only the site could be looked up',
      facts: [company('skipped'), website('found', 'We make printers.')],
      status: 'full',
    },
    { when: 'there is nothing to look up', facts: [company('skipped'), website('skipped')], status: 'none' },
  ] as const)('is $status when $when', ({ facts: [one, other], status }) => {
    given(aNormalizedInquiry())
      .when({ company: one, website: other })
      .thenEmits({
        enrichment: {
          status,
          company: one.value,
          website: other.value,
          lookups: [{ status: one.status, tookMs: 12 }, { status: other.status }],
        },
        enrichedAt: '2026-01-05T09:00:00.000Z',
      });
  });

  const facts = { company: company('not-found'), website: website('not-found') };
  const contactId = aNormalizedInquiry().contactId ?? '';

  it('knows a contact who never wrote before', () => {
    const decided = given(aNormalizedInquiry()).when(facts);
    decided.thenEmits({ enrichment: { history: { inquiries: 0, lastReceivedAt: null } } });
    decided.thenRemembers({ [contactId]: { inquiries: 1, lastReceivedAt: '2026-01-05T08:59:00.000Z' } });
  });

  it('knows how often a contact wrote before, and when last', () => {
    const decided = given(aNormalizedInquiry(), {
      [contactId]: { inquiries: 4, lastReceivedAt: '2025-12-01T00:00:00.000Z' },
    }).when(facts);
    decided.thenEmits({ enrichment: { history: { inquiries: 4, lastReceivedAt: '2025-12-01T00:00:00.000Z' } } });
    decided.thenRemembers({ [contactId]: { inquiries: 5, lastReceivedAt: '2026-01-05T08:59:00.000Z' } });
  });

  it('does not turn the time back for a mail that comes in late', () => {
    given(aNormalizedInquiry(), { [contactId]: { inquiries: 1, lastReceivedAt: '2026-01-06T00:00:00.000Z' } })
      .when(facts)
      .thenRemembers({ [contactId]: { inquiries: 2, lastReceivedAt: '2026-01-06T00:00:00.000Z' } });
  });

  it('remembers nobody where there is nobody to remember', () => {
    const decided = given(aNormalizedInquiry({ contactId: null })).when(facts);
    decided.thenEmits({ enrichment: { history: { inquiries: 0, lastReceivedAt: null } } });
    expect(decided.outcome).toMatchObject({ remember: {} });
    expect(enrichInquiry.state?.keys(aNormalizedInquiry({ contactId: null }), facts)).toEqual([]);
  });

  it("cuts the page to the playbook's length, never through a character", () => {
    const policy = {
      ...aPolicy,
      enrichment: { ...aPolicy.enrichment, website: { ...aPolicy.enrichment.website, maxCharacters: 5 } },
    };
    stageSpec(
      enrichInquiry,
      policy,
    )(aNormalizedInquiry())
      .when({ ...facts, website: website('found', 'abcd😀efg') })
      .thenEmits({ enrichment: { website: 'abcd' } });
  });

  it('says what the facts cost', () => {
    expect(enrichInquiry.costUsd({ company: company('found', initech), website: website('found', 'x') })).toBe(0.01);
  });
});

describe('gathering for enrich-inquiry', () => {
  const asked: { kind: string; domain: string | null; options: LookUpOptions }[] = [];
  const remembering = <Value>(kind: string): Lookup<Value> => ({
    lookUp: async (domain, options) => {
      asked.push({ kind, domain, options });
      return { provider: kind, status: 'not-found', tookMs: 0, costUsd: 0, value: null };
    },
  });
  const ports = { companies: remembering<Company>('company'), websites: remembering<string>('website') };
  const moment = {
    playbook: aPolicy,
    playbookHash: '0'.repeat(64) as PlaybookHash,
    signal: new AbortController().signal,
  };
  const contact = aNormalizedInquiry().contact;

  it.each([
    { who: 'a company', over: {}, domains: ['initech.example', 'initech.example'] },
    { who: 'somebody at a free-mail address', over: { companyDomain: null }, domains: [null, null] },
    {
      who: 'somebody who names their site',
      over: { companyDomain: null, contact: { ...contact, website: 'https://Shop.Example/about' } },
      domains: [null, 'shop.example'],
    },
    {
      who: 'somebody who names an address in our network',
      over: { companyDomain: null, contact: { ...contact, website: 'http://169.254.169.254/' } },
      domains: [null, null],
    },
    {
      who: 'somebody who names a file',
      over: { companyDomain: null, contact: { ...contact, website: 'file:///etc/passwd' } },
      domains: [null, null],
    },
  ])("asks about $domains for $who, on the playbook's terms", async ({ over, domains }) => {
    asked.length = 0;
    await enrichInquiry.gather(aNormalizedInquiry(over), ports, moment);
    expect(asked.map(({ domain }) => domain)).toEqual(domains);
    expect(asked.map(({ options }) => options.terms)).toEqual([aPolicy.enrichment.company, aPolicy.enrichment.website]);
  });

  it('asks on the terms of the brand and the channel, where the playbook has others for them', async () => {
    const { brand, channel } = aNormalizedInquiry();
    const playbook = aPolicyWith({
      overrides: {
        brand: { [brand]: { enrichment: { company: { enabled: false } } } },
        channel: { [channel]: { enrichment: { website: { maxCharacters: 5 } } } },
      },
    });
    asked.length = 0;
    await enrichInquiry.gather(aNormalizedInquiry(), ports, { ...moment, playbook });
    expect(asked.map(({ options: { terms, maxCharacters } }) => [terms.enabled, maxCharacters])).toEqual([
      [false, 5],
      [true, 5],
    ]);
    stageSpec(
      enrichInquiry,
      playbook,
    )(aNormalizedInquiry())
      .when({ company: company('not-found'), website: website('found', 'abcdefg') })
      .thenEmits({ enrichment: { website: 'abcde' } });
    await enrichInquiry.gather(aNormalizedInquiry({ brand: 'another' }), ports, { ...moment, playbook });
    expect(asked.at(-2)?.options.terms.enabled).toBe(true);
  });
});
