import {
  assignmentRequested,
  decisionJournal,
  effectRequested,
  effectSettled,
  inquiryAssigned,
  inquiryCommand,
  inquiryDropped,
  inquiryEnriched,
  inquiryNormalized,
  inquiryRaw,
  inquiryRouted,
  inquiryScored,
  poolChanged,
  poolCommand,
  slaAtRisk,
  slaBreached,
  slaClockMoved,
  slaEscalated,
  slaSignalled,
} from '@sluice/contracts';

/** What one event changes in the row of its inquiry. A higher rank is further along the chain: events of different topics come in any order. */
export interface RowChange {
  readonly inquiryId: string;
  readonly rank: number;
  readonly state: string | null;
  readonly columns: Readonly<Record<string, unknown>>;
  readonly costUsd: number;
}

export interface EffectChange {
  readonly effectId: string;
  readonly inquiryId: string;
  readonly kind: string;
  readonly target: string;
  /** Null for a request: it never overwrites a settled state. */
  readonly state: string | null;
  readonly at: string;
  readonly receipt: string | null;
}

export interface Change {
  readonly row: RowChange;
  readonly effect: EffectChange | null;
}

const row = (inquiryId: string, rank: number, rest: Partial<Omit<RowChange, 'inquiryId' | 'rank'>> = {}): Change => ({
  row: { inquiryId, rank, state: null, columns: {}, costUsd: 0, ...rest },
  effect: null,
});

type Reader = (data: unknown) => Change;

const readers: Readonly<Record<string, Reader>> = {
  [inquiryRaw.v1.type]: (data) => {
    const { inquiryId, receivedAt, brand, source, channel } = inquiryRaw.v1.parse(data);
    return row(inquiryId, 1, { state: 'received', columns: { received_at: receivedAt, brand, source, channel } });
  },
  [inquiryNormalized.v1.type]: (data) => row(inquiryNormalized.v1.parse(data).inquiryId, 2, { state: 'normalized' }),
  [inquiryEnriched.v1.type]: (data) => row(inquiryEnriched.v1.parse(data).inquiryId, 3, { state: 'enriched' }),
  [inquiryScored.v1.type]: (data) => {
    const { inquiryId, decision } = inquiryScored.v1.parse(data);
    const { category, label, score, review } = decision;
    return row(inquiryId, 4, { state: 'scored', columns: { category, label, score, review: review.needed } });
  },
  [inquiryRouted.v1.type]: (data) => {
    const { inquiryId, decision, routing } = inquiryRouted.v1.parse(data);
    return row(inquiryId, 5, {
      state: 'routed',
      columns: { priority: decision.priority, queue: routing.queue, pool: routing.pool, closed: routing.closed },
    });
  },
  [assignmentRequested.v1.type]: (data) => row(assignmentRequested.v1.parse(data).inquiryId, 5),
  [inquiryAssigned.v1.type]: (data) => {
    const { inquiryId, owner, status } = inquiryAssigned.v1.parse(data);
    return row(inquiryId, 6, { state: 'assigned', columns: { owner, owner_status: status } });
  },
  // Kept for the statement of the pool, and where they concern an inquiry for its story.
  [poolCommand.v1.type]: (data) => row(poolCommand.v1.of(poolCommand.v1.parse(data)).subject, 0),
  [poolChanged.v1.type]: (data) => row(poolChanged.v1.of(poolChanged.v1.parse(data)).subject, 0),
  [inquiryDropped.v1.type]: (data) => {
    const { inquiryId, reason } = inquiryDropped.v1.parse(data);
    // The drop of a repeat says nothing of the inquiry it repeats.
    return reason === 'duplicate'
      ? row(inquiryId, 0)
      : row(inquiryId, 7, { state: 'dropped', columns: { drop_reason: reason } });
  },
  [decisionJournal.v1.type]: (data) => {
    const { inquiryId, costUsd } = decisionJournal.v1.parse(data);
    return row(inquiryId, 0, { costUsd });
  },
  [inquiryCommand.v1.type]: (data) => row(inquiryCommand.v1.parse(data).inquiryId, 0),
  [slaSignalled.v1.type]: (data) => row(slaSignalled.v1.parse(data).inquiryId, 0),
  [slaClockMoved.v1.type]: (data) => row(slaClockMoved.v1.parse(data).inquiryId, 0),
  [slaAtRisk.v1.type]: (data) => row(slaAtRisk.v1.parse(data).inquiryId, 0),
  [slaBreached.v1.type]: (data) => row(slaBreached.v1.parse(data).inquiryId, 0),
  [slaEscalated.v1.type]: (data) => {
    const { inquiryId, priority } = slaEscalated.v1.parse(data);
    return row(inquiryId, 0, priority === null ? {} : { columns: { priority } });
  },
  [effectRequested.v1.type]: (data) => {
    const { inquiryId, effectId, kind, target, requestedAt } = effectRequested.v1.parse(data);
    return {
      ...row(inquiryId, 0),
      effect: { effectId, inquiryId, kind, target, state: null, at: requestedAt, receipt: null },
    };
  },
  [effectSettled.v1.type]: (data) => {
    const { inquiryId, effectId, kind, target, state, receipt, settledAt } = effectSettled.v1.parse(data);
    return {
      ...row(inquiryId, 0),
      effect: { effectId, inquiryId, kind, target, state, at: settledAt, receipt: JSON.stringify(receipt) },
    };
  },
};

/** In the order in which an inquiry passes them; each lets it reach the next rank. */
const STAGES = ['normalize-inquiry', 'enrich-inquiry', 'score-inquiry', 'route-inquiry', 'assign-owner'];
/** Above all that can still happen to an inquiry: no later event follows what any other part could not go on with. */
const STOPPED_FOR_GOOD = 8;

/** The rank of an inquiry that a stage could not go on with. A higher one says that it went on all the same: the record was put back, or what it lacked came. */
export const rankStoppedAt = (stage: string): number =>
  STAGES.includes(stage) ? STAGES.indexOf(stage) + 1 : STOPPED_FOR_GOOD;

/** What an event of the chain changes in the read model; null for a type that is not shown. */
export const changeOf = (type: string, data: unknown): Change | null => readers[type]?.(data) ?? null;
