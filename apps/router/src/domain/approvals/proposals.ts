import { effectReviewed, type EffectKind, type EffectRequested, type InquiryCommand } from '@sluice/contracts';
import type { EffectId } from '@sluice/kernel';
import { z } from 'zod';
import { isLater } from '../conversation/clock.ts';

/** An effect that waits for a person, and what one said of it. */
const proposal = z.object({
  inquiryId: z.string(),
  kind: z.string(),
  target: z.string(),
  approveBy: z.string(),
  said: z.object({ verdict: z.enum(['approved', 'declined']), by: z.string(), at: z.string() }).optional(),
});
/** By effect id. */
export const storedProposals = z.record(z.string(), proposal);
export type Proposals = z.output<typeof storedProposals>;

/** What is remembered of a conversation with many: the latest. */
const MOST_KEPT = 50;

/** With the effects of a decision that people are asked about; those whose time is over are forgotten first. */
export const withProposals = (
  proposals: Proposals,
  effects: readonly Pick<EffectRequested, 'effectId' | 'inquiryId' | 'kind' | 'target' | 'approveBy'>[],
): Proposals => {
  const fresh = effects.flatMap(({ effectId, inquiryId, kind, target, approveBy }) =>
    approveBy === undefined || Object.hasOwn(proposals, effectId)
      ? []
      : [[effectId, { inquiryId, kind, target, approveBy }] as const],
  );
  return fresh.length === 0
    ? proposals
    : Object.fromEntries([...Object.entries(proposals), ...fresh].slice(-MOST_KEPT));
};

type Review = Extract<InquiryCommand['command'], { readonly do: 'approve' | 'decline' }>;

export interface Reviewing {
  readonly asked: Pick<InquiryCommand, 'inquiryId' | 'conversationId' | 'by' | 'why'>;
  readonly command: Review;
  readonly now: string;
}

export type Reviewed =
  | {
      readonly kind: 'reviewed';
      readonly proposals: Proposals;
      readonly said: readonly ReturnType<typeof effectReviewed.v1.of>[];
    }
  | { readonly kind: 'refused'; readonly because: string };

const VERDICTS = { approve: 'approved', decline: 'declined' } as const;

const whyNot = (about: readonly Proposals[string][]): string => {
  const said = about.findLast((one) => one.said !== undefined)?.said;
  if (said) return `${said.by} ${said.verdict} it at ${said.at}`;
  const last = about.at(-1);
  return last ? `it waited for a person until ${last.approveBy}` : 'nothing of it is proposed';
};

/** A person says whether what is proposed for an inquiry is done. The first word on each effect counts; who comes later is told whose it was. */
export const reviewProposals = (proposals: Proposals, { asked, command, now }: Reviewing): Reviewed => {
  const { inquiryId, conversationId, by, why } = asked;
  const about = Object.entries(proposals).filter(
    ([effectId, one]) =>
      one.inquiryId === inquiryId && (command.effects === null || command.effects.some((id) => id === effectId)),
  );
  const open = about.filter(([, { said, approveBy }]) => said === undefined && isLater(approveBy, now));
  if (open.length === 0) return { kind: 'refused', because: whyNot(about.map(([, one]) => one)) };
  const verdict = VERDICTS[command.do];
  const said = { verdict, by, at: now };
  return {
    kind: 'reviewed',
    proposals: { ...proposals, ...Object.fromEntries(open.map(([effectId, one]) => [effectId, { ...one, said }])) },
    said: open.map(([effectId, { kind, target }]) =>
      effectReviewed.v1.of({
        effectId: effectId as EffectId,
        inquiryId,
        conversationId,
        kind: kind as EffectKind,
        target,
        verdict,
        by,
        why,
        reviewedAt: now,
      }),
    ),
  };
};

const WHAT: Readonly<Partial<Record<EffectRequested['kind'], string>>> = {
  'mail.reply': 'answer by mail',
  'crm.upsert': 'record in the CRM',
  'helpdesk.ticket': 'ticket',
  'table.row': 'row',
  'marketing.enrol': 'enrolment',
  'sms.message': 'short message',
};

/** What waits for a person, in words: for those who are told. */
export const proposedIn = (effects: readonly EffectRequested[]): readonly string[] =>
  effects.flatMap(({ kind, target, approveBy }) =>
    approveBy === undefined ? [] : [`${WHAT[kind] ?? kind} (${target})`],
  );
