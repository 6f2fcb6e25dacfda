import { inquiryEnriched, inquiryNormalized, type InquiryNormalized } from '@sluice/contracts';
import { inForce, type Playbook } from '@sluice/policy';
import { defineStage, emit, remembering } from '@sluice/stage';
import type { Company } from '../domain/company.ts';
import { contactHistory, withInquiry } from '../domain/contact-history.ts';
import { enrichmentOf } from '../domain/enrichment-of.ts';
import { lookupTargets } from '../domain/lookup-targets.ts';
import type { Lookup } from '../ports/lookup.port.ts';

interface Ports {
  readonly companies: Lookup<Company>;
  readonly websites: Lookup<string>;
}

/**
 * Adds what the world says about the sender: their company, its home page, and how often they wrote before.
 *
 * A provider that fails makes the enrichment `partial` and holds nothing up: an inquiry without these facts is still worth
 * answering. Earlier inquiries are this stage's own memory, so that no other service has to be asked for them.
 */
export const enrichInquiry = defineStage<Playbook>()({
  name: 'enrich-inquiry',
  consumes: inquiryNormalized.v1,
  produces: [inquiryEnriched.v1],

  gather: async (inquiry: InquiryNormalized, { companies, websites }: Ports, { playbook, signal }) => {
    const targets = lookupTargets(inquiry);
    const { company: companyTerms, website: websiteTerms } = inForce(playbook, inquiry).enrichment;
    const { maxCharacters } = websiteTerms;
    const [company, website] = await Promise.all([
      companies.lookUp(targets.company, { terms: companyTerms, maxCharacters, signal }),
      websites.lookUp(targets.website, { terms: websiteTerms, maxCharacters, signal }),
    ]);
    return { company, website };
  },

  costUsd: ({ company, website }) => company.costUsd + website.costUsd,

  state: { schema: contactHistory, keys: ({ contactId }) => (contactId === null ? [] : [contactId]) },

  decide(inquiry, facts, memory, { now, playbook }) {
    const { contactId } = inquiry;
    const before = contactId === null ? undefined : memory.get(contactId);
    const history = { inquiries: before?.inquiries ?? 0, lastReceivedAt: before?.lastReceivedAt ?? null };
    const enrichment = enrichmentOf(facts, history, inForce(playbook, inquiry).enrichment.website.maxCharacters);
    return remembering(
      emit(inquiryEnriched.v1.of({ ...inquiry, enrichment, enrichedAt: now })),
      contactId === null ? {} : { [contactId]: withInquiry(before, inquiry) },
    );
  },
});
