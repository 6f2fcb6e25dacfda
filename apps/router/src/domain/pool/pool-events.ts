import {
  assignmentRequested,
  inquiryAssigned,
  poolChanged,
  poolCommand,
  type AssignmentRequested,
  type PoolCommand,
} from '@sluice/contracts';
import type { ConversationId, DecisionId, InquiryId } from '@sluice/kernel';
import { tell, type ToldInquiry } from '../notices.ts';
import type { Considered } from './availability.ts';
import type { InquiryState } from './pool-state.ts';
import type { Given, PoolUpdate } from './pool-update.ts';

const US = 'assign-owner';

export interface Saying {
  readonly brand: string;
  readonly pool: string;
  readonly decisionId: DecisionId;
  readonly now: string;
  /** Who asked, and why; null for the chain itself. */
  readonly asked: { readonly by: string; readonly why: string | null } | null;
  /** The request that was decided on; null for a decision that none caused. */
  readonly request: AssignmentRequested | null;
}

const isOwn = ({ inquiryId }: { readonly inquiryId: string }, { request }: Saying): boolean =>
  inquiryId === request?.inquiryId;

const assignedEvent = ({ inquiry, status, considered, heldSince }: Given, saying: Saying) => {
  const { request } = saying;
  const from = isOwn(inquiry, saying) && request ? request : null;
  const overflowedFrom = from?.overflowedFrom ?? [];
  return inquiryAssigned.v1.of({
    inquiryId: inquiry.inquiryId as InquiryId,
    conversationId: inquiry.conversationId as ConversationId,
    brand: saying.brand,
    pool: saying.pool,
    owner: inquiry.owner,
    status,
    considered: [...(from?.passedOver ?? []), ...considered],
    assignedAt: saying.now,
    ...(inquiry.by === null ? {} : { by: inquiry.by }),
    ...(heldSince === null ? {} : { heldSince }),
    ...(overflowedFrom.length > 0 ? { overflowedFrom: [...overflowedFrom] } : {}),
  });
};

const toldOf = ({ inquiryId, conversationId, ...inquiry }: InquiryState): ToldInquiry => ({
  ...inquiry,
  inquiryId: inquiryId as InquiryId,
  conversationId: conversationId as ConversationId,
});

/** A new inquiry is told of as it is; of one that waited, that somebody has it now. */
const givenNotices = ({ inquiry, heldSince }: Given, saying: Saying) => {
  const telling = { to: inquiry.tell, decisionId: saying.decisionId, now: saying.now };
  if (isOwn(inquiry, saying) && saying.request && heldSince === null)
    return tell({ kind: 'new-inquiry', inquiry: saying.request, owner: inquiry.owner }, telling);
  return inquiry.owner === null || heldSince === null
    ? []
    : tell({ kind: 'owner-found', inquiry: toldOf(inquiry), owner: inquiry.owner, waitingSince: heldSince }, telling);
};

const longLineNotices = ({ longWith, pool: { pool, waiting } }: PoolUpdate, { decisionId, now }: Saying) =>
  longWith === null
    ? []
    : tell(
        { kind: 'long-line', inquiry: toldOf(longWith), pool, waiting },
        { to: longWith.tell.filter(({ kind }) => kind === 'slack.message'), decisionId, now },
      );

const orderTo = (pool: string, command: PoolCommand['command'], { brand, now }: Saying) =>
  poolCommand.v1.of({ brand, pool, command, by: US, why: null, orderedAt: now });

const withdrawEvents = ({ withdraw }: PoolUpdate, saying: Saying) => {
  if (!withdraw) return [];
  const { pool, owner } = withdraw;
  return [orderTo(pool, { do: 'withdraw', inquiryId: withdraw.inquiryId as InquiryId, owner }, saying)];
};

/** Whose each contact is from now on: who was given their inquiry, or took it. */
export const contactOwnersOf = ({ given }: PoolUpdate) =>
  given.flatMap(({ inquiry: { inquiryId, owner, repeatKey }, status }) =>
    owner !== null && repeatKey !== null && status !== 'defaulted' ? [{ inquiryId, owner, repeatKey }] : [],
  );

/** Only a request knows its contact before anything is remembered; of the others the pool tells itself. */
const contactEvents = (update: PoolUpdate, saying: Saying) =>
  contactOwnersOf(update)
    .filter((one) => !isOwn(one, saying))
    .map(({ owner, repeatKey }) => orderTo(saying.pool, { do: 'remember-owner', owner, repeatKey }, saying));

const changeEvents = ({ changes }: PoolUpdate, { brand, pool, now, asked }: Saying) =>
  changes.length === 0
    ? []
    : [
        poolChanged.v1.of({
          brand,
          pool,
          changes: [...changes],
          by: asked?.by ?? US,
          why: asked?.why ?? null,
          changedAt: now,
        }),
      ];

/** The same request, of the pool that is next. */
const handedOver = ({ handOver }: PoolUpdate, { request, now }: Saying) =>
  handOver && request
    ? [
        assignmentRequested.v1.of({
          ...request,
          pool: handOver.to,
          requestedAt: now,
          overflowedFrom: [...(request.overflowedFrom ?? []), request.pool],
          passedOver: [...(request.passedOver ?? []), ...(handOver.considered as Considered[])],
        }),
      ]
    : [];

/** What is said of an update: who has what, what other pools are to do, what changed, and who is told. */
export const eventsOf = (update: PoolUpdate, saying: Saying) => [
  ...update.given.map((one) => assignedEvent(one, saying)),
  ...withdrawEvents(update, saying),
  ...contactEvents(update, saying),
  ...changeEvents(update, saying),
  ...handedOver(update, saying),
  ...update.given.flatMap((one) => givenNotices(one, saying)),
  ...longLineNotices(update, saying),
];
