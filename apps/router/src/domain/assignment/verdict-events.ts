import {
  assignmentRequested,
  inquiryAssigned,
  poolChanged,
  poolCommand,
  type AssignmentRequested,
} from '@sluice/contracts';
import type { ConversationId, InquiryId } from '@sluice/kernel';
import type { Considered } from './eligibility.ts';
import { contactKey, inquiryKey, poolKey } from './memory-keys.ts';
import type { AssignmentMemory } from './pool-memory.ts';
import type { Verdict } from './verdict.ts';

const US = 'assign-owner';

export interface Saying {
  readonly brand: string;
  readonly pool: string;
  readonly now: string;
  /** Who asked, and why; null for the chain itself. */
  readonly asked: { readonly by: string; readonly why: string | null } | null;
  /** When the pool wanted to be looked at, as it was last said. */
  readonly lookedAt: string | undefined;
  readonly overflowedFrom: readonly string[];
  /** Who was passed over in the pools before. */
  readonly passedOver: readonly Considered[];
}

const assignedEvents = ({ given, inquiry }: Verdict, { brand, pool, now, overflowedFrom, passedOver }: Saying) => {
  if (!given || !inquiry) return [];
  const { owner, status, by, considered, heldSince } = given;
  return [
    inquiryAssigned.v1.of({
      inquiryId: inquiry.unowned.inquiryId as InquiryId,
      conversationId: inquiry.notice.conversationId as ConversationId,
      brand,
      pool,
      owner,
      status,
      considered: [...passedOver, ...considered],
      assignedAt: now,
      ...(by === null ? {} : { by }),
      ...(heldSince === null ? {} : { heldSince }),
      ...(overflowedFrom.length > 0 ? { overflowedFrom: [...overflowedFrom] } : {}),
    }),
  ];
};

const offerEvents = ({ offers }: Verdict, { brand, pool, now }: Saying) =>
  offers.map(({ owner, unowned: { inquiryId, repeatKey } }) =>
    poolCommand.v1.of({
      brand,
      pool,
      command: { do: 'offer', inquiryId: inquiryId as InquiryId, owner, repeatKey },
      by: US,
      why: null,
      orderedAt: now,
    }),
  );

const withdrawEvents = ({ withdraw, inquiry }: Verdict, { brand, now }: Saying) =>
  withdraw && inquiry
    ? [
        poolCommand.v1.of({
          brand,
          pool: withdraw.pool,
          command: { do: 'withdraw', inquiryId: inquiry.unowned.inquiryId as InquiryId, owner: withdraw.owner },
          by: US,
          why: null,
          orderedAt: now,
        }),
      ]
    : [];

const changeEvents = ({ changes, pool: { lookAt } }: Verdict, { brand, pool, now, asked, lookedAt }: Saying) => {
  const isNews = lookAt !== undefined && lookAt !== lookedAt;
  if (changes.length === 0 && !isNews) return [];
  return [
    poolChanged.v1.of({
      brand,
      pool,
      changes: [...changes],
      by: asked?.by ?? US,
      why: asked?.why ?? null,
      changedAt: now,
      ...(isNews ? { lookAt } : {}),
    }),
  ];
};

/** What is said of a verdict: who has it, who is to be looked at next, who is no longer waited for, what changed. */
export const eventsOf = (verdict: Verdict, saying: Saying) => [
  ...assignedEvents(verdict, saying),
  ...offerEvents(verdict, saying),
  ...withdrawEvents(verdict, saying),
  ...changeEvents(verdict, saying),
];

/** The same request, of the pool that is next. */
export const handedOver = (
  request: AssignmentRequested,
  { to, considered, now }: { readonly to: string; readonly considered: readonly Considered[]; readonly now: string },
) =>
  assignmentRequested.v1.of({
    ...request,
    pool: to,
    requestedAt: now,
    overflowedFrom: [...(request.overflowedFrom ?? []), request.pool],
    passedOver: [...(request.passedOver ?? []), ...considered],
  });

/** What to remember of a verdict, by key. */
export const memoriesOf = (
  { pool, inquiry, contactOwner }: Verdict,
  at: { readonly brand: string; readonly pool: string },
): Readonly<Record<string, AssignmentMemory>> => ({
  [poolKey(at)]: pool,
  ...(inquiry ? { [inquiryKey(at.brand, inquiry.unowned.inquiryId)]: inquiry } : {}),
  ...(inquiry && contactOwner !== null && inquiry.unowned.repeatKey !== null
    ? { [contactKey(at, inquiry.unowned.repeatKey)]: { kind: 'contact' as const, owner: contactOwner } }
    : {}),
});
