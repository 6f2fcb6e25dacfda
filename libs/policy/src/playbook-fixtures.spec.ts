import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scoreInquiry } from '@sluice/classifier';
import type { InquiryRouted, InquiryScored } from '@sluice/contracts';
import { anEnrichedInquiry } from '@sluice/contracts/testing';
import { routeInquiry } from '@sluice/router';
import { stageSpec } from '@sluice/stage/testing';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { contextOf } from './conditions/condition-context.ts';
import { holds } from './conditions/condition.ts';
import { loadPlaybooks } from './load-playbooks.ts';
import type { Playbook } from './playbook.ts';

interface Case {
  readonly name: string;
  readonly inquiry?: { readonly title?: string; readonly country?: string; readonly subject?: string; readonly text?: string; readonly addressKind?: 'disposable'; readonly roleAddress?: boolean; readonly earlier?: number; readonly metadata?: Record<string, number> };
  readonly reading?: Readonly<Record<string, unknown>>;
  readonly unavailable?: string;
  readonly unreadable?: string;
  readonly asked?: false;
  readonly expect: { readonly score?: number; readonly label?: string; readonly category?: string; readonly queue?: string; readonly priority?: string; readonly closed?: boolean; readonly review?: boolean; readonly mode?: string; readonly sla?: number; readonly flag?: string };
}

const root = join(resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..'), 'playbooks');
const { playbooks } = loadPlaybooks(root);
const usage = { model: 'm', promptHash: '0'.repeat(64), cached: false, repaired: false, inputTokens: 1, outputTokens: 1, costUsd: 0 };

const inquiryOf = ({ inquiry = {} }: Case) => {
  const usual = anEnrichedInquiry();
  return anEnrichedInquiry({
    addressKind: inquiry.addressKind ?? 'company', roleAddress: inquiry.roleAddress ?? false,
    contact: { ...usual.contact, title: inquiry.title ?? null, country: inquiry.country ?? 'US' },
    content: { ...usual.content, subject: inquiry.subject ?? usual.content.subject, text: inquiry.text ?? usual.content.text, metadata: inquiry.metadata ?? {} },
    enrichment: { ...usual.enrichment, history: { inquiries: inquiry.earlier ?? 0, lastReceivedAt: null } },
  });
};

const readingOf = ({ reading, unavailable, unreadable }: Case) => {
  if (unavailable) return { kind: 'unavailable', because: unavailable, usage } as const;
  if (unreadable) return { kind: 'unreadable', because: unreadable, usage } as const;
  return reading ? ({ kind: 'understood', fields: reading as Readonly<Record<string, string>>, usage } as const) : ({ kind: 'not-asked' } as const);
};

const decide = (playbook: Playbook, one: Case): { scored: InquiryScored; routed: InquiryRouted } => {
  const { outcome } = stageSpec(scoreInquiry, playbook)(inquiryOf(one)).when(readingOf(one));
  const scored = (outcome.kind === 'emit' ? outcome.events[0]?.data : null) as InquiryScored;
  const { outcome: route } = stageSpec(routeInquiry, playbook)(scored).when(null);
  return { scored, routed: (route.kind === 'emit' ? route.events[0]?.data : null) as InquiryRouted };
};

describe.each(playbooks.map(({ playbook }) => ({ name: playbook.name, playbook })))('playbook $name', ({ name, playbook }) => {
  const cases = parse(readFileSync(join(root, name, 'fixtures', 'cases.yaml'), 'utf8')) as readonly Case[];

  it('has at least twenty cases', () => expect(cases.length).toBeGreaterThanOrEqual(20));

  it.each(cases)('$name', (one) => {
    const { scored, routed } = decide(playbook, one);
    const { expect: wanted } = one;
    const seen = {
      score: scored.decision.score, label: scored.decision.label, category: scored.decision.category, review: scored.decision.review.needed, mode: scored.decision.reading.mode,
      queue: routed.routing.queue, priority: routed.decision.priority, closed: routed.routing.closed, sla: routed.routing.sla.find(({ clock }) => clock === 'first_human')?.minutes,
    };
    const { flag, ...rest } = wanted;
    expect(seen).toMatchObject(rest);
    if (flag) expect(scored.decision.flags).toContain(flag);
    expect(scored.decision.reasons.reduce((sum, { points }) => sum + points, 0)).toBe(scored.decision.score);
  });

  it('asks no model where a rule has settled it', () => {
    for (const one of cases) {
      const context = contextOf(inquiryOf(one), playbook);
      const isSettled = playbook.rules.some(({ when, then }) => then.decide && holds('rule', when, context));
      expect([one.name, isSettled]).toEqual([one.name, one.asked === false]);
    }
  });
});
