import { inquiryEnriched, type InquiryEnriched } from '@sluice/contracts';
import type { Playbook } from '../playbook.ts';
import type { Case } from './case.ts';

const contactOf = ({ inquiry }: Case): InquiryEnriched['contact'] => ({
  email: inquiry.email === undefined ? 'ada@example.com' : inquiry.email,
  name: 'Ada Example',
  phone: inquiry.phone ?? null,
  title: inquiry.title ?? null,
  company: inquiry.company ?? null,
  website: null,
  country: inquiry.country ?? 'US',
});

const companyOf = ({ inquiry }: Case): InquiryEnriched['enrichment']['company'] =>
  inquiry.employees === undefined && inquiry.industry === undefined
    ? null
    : {
        domain: inquiry.domain ?? 'example.com',
        name: inquiry.company ?? null,
        employees: inquiry.employees ?? null,
        industry: inquiry.industry ?? null,
        country: null,
      };

const domainOf = ({ inquiry }: Case): string | null => (inquiry.domain === undefined ? 'example.com' : inquiry.domain);

const contentOf = ({ inquiry }: Case): InquiryEnriched['content'] => ({
  subject: inquiry.subject ?? 'A question',
  text: inquiry.text ?? 'We would like to know more about what you do for companies.',
  removed: [],
  metadata: inquiry.metadata ?? {},
});

/** The inquiry of a case; what the case says nothing of is ordinary. */
export const inquiryOfCase = (one: Case): InquiryEnriched => {
  const { inquiry, at } = one;
  const company = companyOf(one);
  return inquiryEnriched.v1.parse({
    inquiryId: '11111111-1111-5111-8111-111111111111',
    conversationId: '22222222-2222-5222-8222-222222222222',
    brand: inquiry.brand ?? 'default',
    source: inquiry.source ?? 'web-form',
    channel: inquiry.channel ?? 'form',
    receivedAt: at,
    normalizedAt: at,
    enrichedAt: at,
    contactId: null,
    companyDomain: domainOf(one),
    addressKind: inquiry.addressKind ?? 'company',
    roleAddress: inquiry.roleAddress ?? false,
    language: { code: inquiry.language ?? 'en', confidence: 0.9 },
    automation: { kind: inquiry.automation ?? 'none', evidence: [] },
    thread: { evidence: 'new', size: 1 },
    contact: contactOf(one),
    content: contentOf(one),
    attachments: [],
    enrichment: {
      status: company ? 'full' : 'none',
      company,
      website: null,
      history: { inquiries: inquiry.earlier ?? 0, lastReceivedAt: null },
      lookups: [],
    },
  });
};

/** The playbook as a case wants it: in a phase of its rollout, with switches engaged. */
export const playbookOfCase = (playbook: Playbook, { phase, engage }: Case): Playbook => ({
  ...playbook,
  rollout: { ...playbook.rollout, phase: phase ?? playbook.rollout.phase },
  killSwitches: playbook.killSwitches.map((one) => ({ ...one, engaged: one.engaged || engage.includes(one.id) })),
});
