import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scoreInquiry } from '@sluice/classifier';
import {
  inquiryEnriched,
  type AssignmentRequested,
  type InquiryAssigned,
  type InquiryNormalized,
  type InquiryScored,
} from '@sluice/contracts';
import { aRawInquiry } from '@sluice/contracts/testing';
import { normalizeInquiry } from '@sluice/ingest';
import { uuidV5, type InquiryId, type PlaybookHash } from '@sluice/kernel';
import { loadPlaybooks } from '@sluice/policy/files';
import { stageSpec } from '@sluice/stage/testing';
import { describe, expect, it } from 'vitest';
import { createInquiryParser } from '../../ingest/src/adapters/mime-inquiry-parser.adapter.ts';
import type { AssignmentState } from './domain/pool/pool-state.ts';
import { assignOwner } from './stages/assign-owner.stage.ts';
import { followConversation } from './stages/follow-conversation.stage.ts';

interface Lead {
  readonly lead_id: string;
  readonly name: string;
  readonly email: string;
  readonly title: string | null;
  readonly company: string | null;
  readonly country: string | null;
  readonly message: string;
  readonly enrichment: { readonly country: string | null };
  readonly owner: string;
}

const root = join(import.meta.dirname, '..', '..', '..');
const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(root, ...path), 'utf8'));
const leads = read('fixtures', 'leads_sample.json') as readonly Lead[];
const teams = read('infra', 'routing.json') as Readonly<Record<string, string>>;

/** A team is a pool of the playbook, under the part of its mailbox before the @. */
const poolOf = (team: string): string => team.split('@')[0] ?? '';

/** The playbook that is shipped for document 004, and no other: its rules, its rubric, its routes, its pools. */
const playbook = loadPlaybooks(join(root, 'playbooks'))
  .playbooks.map((one) => one.playbook)
  .find(({ name }) => name === 'revops');
if (!playbook) throw new Error('there is no playbook revops');
const memberOf = new Map(
  Object.entries(playbook.pools).flatMap(([pool, { owners }]) => owners.map(({ key }) => [key, pool] as const)),
);

const parser = createInquiryParser({
  blobs: { put: async () => '', get: async () => null },
  contactSecret: 'a secret of the test',
});
const dataOf = <Data>(
  outcome: { readonly kind: string; readonly events?: readonly { readonly type: string; readonly data: unknown }[] },
  type: string,
): Data => {
  const event = outcome.events?.find((one) => one.type === type);
  if (!event) throw new Error(`there is no ${type}, but ${outcome.kind}`);
  return event.data as Data;
};

const normalized = async (lead: Lead): Promise<InquiryNormalized> => {
  const usual = aRawInquiry();
  const raw = {
    ...usual,
    inquiryId: uuidV5(lead.lead_id) as InquiryId,
    contact: {
      ...usual.contact,
      email: lead.email,
      name: lead.name,
      title: lead.title,
      company: lead.company,
      country: lead.country,
    },
    content: { ...usual.content, sourceEventId: lead.lead_id, subject: null, text: lead.message },
  };
  const parsed = await normalizeInquiry.gather(
    raw,
    { parser },
    { playbook, playbookHash: '' as PlaybookHash, signal: new AbortController().signal },
  );
  return dataOf(stageSpec(normalizeInquiry, playbook)(raw).when(parsed).outcome, 'inquiry.normalized.v1');
};

const enriched = ({ normalizedAt, ...inquiry }: InquiryNormalized, { country }: Lead['enrichment']) =>
  inquiryEnriched.v1.parse({
    ...inquiry,
    enrichedAt: normalizedAt,
    enrichment: {
      status: country ? 'full' : 'none',
      website: null,
      history: { inquiries: 0, lastReceivedAt: null },
      lookups: [],
      company:
        country && inquiry.companyDomain
          ? { domain: inquiry.companyDomain, name: null, employees: null, industry: null, country }
          : null,
    },
  });

/** From what the form said to who got it, through every stage, with the pools' memory carried from lead to lead. */
const teamsOf = async (): Promise<ReadonlyMap<string, string | null>> => {
  const found = new Map<string, string | null>();
  let memory: Readonly<Record<string, AssignmentState>> = {};
  for (const lead of leads) {
    const inquiry = enriched(await normalized(lead), lead.enrichment);
    const scored = dataOf<InquiryScored>(
      stageSpec(scoreInquiry, playbook)(inquiry).when({ kind: 'not-asked' }).outcome,
      'inquiry.scored.v1',
    );
    const request = dataOf<AssignmentRequested>(
      stageSpec(followConversation, playbook)(scored).when(null).outcome,
      'assignment.requested.v1',
    );
    const { outcome } = stageSpec(assignOwner, playbook)(request, memory).when({
      roster: playbook.name,
      remembersContacts: false,
    });
    memory = { ...memory, ...('remember' in outcome ? (outcome.remember as typeof memory) : {}) };
    const { owner } = dataOf<InquiryAssigned>(outcome, 'inquiry.assigned.v1');
    found.set(lead.lead_id, owner === null ? null : (memberOf.get(owner) ?? null));
  }
  return found;
};

describe('the hundred leads of document 004', () => {
  it('are a hundred, of every territory', () => {
    expect(leads).toHaveLength(100);
    expect(new Set(leads.map(({ owner }) => owner))).toEqual(new Set(Object.values(teams)));
  });

  it('go to the owner that was labelled by hand, at least 95 in 100', async () => {
    const found = await teamsOf();
    const wrong = leads
      .filter(({ lead_id, owner }) => found.get(lead_id) !== poolOf(owner))
      .map(({ lead_id, country, owner }) => ({ lead_id, country, owner, got: found.get(lead_id) }));
    expect(1 - wrong.length / leads.length).toBeGreaterThanOrEqual(0.95);
    // Named, so that what goes wrong one day is seen and not only counted.
    expect(wrong).toEqual([]);
  });
});
