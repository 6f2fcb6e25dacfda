import { createPostgres } from '@sluice/persistence';
import type { CommittedRecord } from './committed-records.ts';
import { settledStates } from './effects.ts';
import { dataOf, eventsOf, positionOf, subjectOf, type Check } from './evidence.ts';
import { CHAIN } from './once.ts';

/** Rows of the read model, by their keys. */
export interface ReadModelRows {
  /** `<topic>/<partition>/<offset>` of each event that it keeps. */
  readonly events: readonly string[];
  /** Owner by inquiry. */
  readonly owners: ReadonlyMap<string, string | null>;
  /** State by effect. */
  readonly effects: ReadonlyMap<string, string>;
}

export const readReadModel = async (postgresUrl: string): Promise<ReadModelRows> => {
  const postgres = createPostgres({ url: postgresUrl, max: 1, statementTimeoutMs: 120_000 });
  try {
    const events = await postgres.query(`select topic || '/' || partition || '/' || "offset" as at from api.event`);
    const owners = await postgres.query('select inquiry_id::text as id, owner from api.inquiry');
    const effects = await postgres.query('select effect_id::text as id, state from api.effect');
    return {
      events: events.map(({ at }) => String(at)),
      owners: new Map(owners.map(({ id, owner }) => [String(id), owner === null ? null : String(owner)])),
      effects: new Map(effects.map(({ id, state }) => [String(id), String(state)])),
    };
  } finally {
    await postgres.close();
  }
};

const KEPT = ['inquiry.raw.v1', ...CHAIN, 'inquiry.dropped.v1', 'effect.requested.v1', 'effect.settled.v1'];

/** Whom each inquiry belongs to, as the log says it last. */
const lastOwners = (after: readonly CommittedRecord[]): ReadonlyMap<string, string | null> =>
  new Map(
    [...eventsOf(after, 'inquiry.assigned.v1')]
      .sort((a, b) => a.offset - b.offset)
      .map((record) => [subjectOf(record), dataOf<{ readonly owner: string | null }>(record).owner]),
  );

/** The API shows every committed event once, and none other; each owner and each effect is as the log has it last. */
export const readModelAgrees: Check = ({ after, readModel }) => {
  const committed = KEPT.flatMap((topic) => eventsOf(after, topic)).map(positionOf);
  const kept = readModel.events.filter((at) => KEPT.includes(at.split('/')[0] ?? ''));
  const [isCommitted, isKept] = [new Set(committed), new Set(kept)];
  return {
    invariant: 'read model agrees with the log',
    checked: committed.length,
    violations: [
      ...committed
        .filter((at) => !isKept.has(at))
        .map((at) => ({ inquiryId: null, what: `${at} is not in the read model` })),
      ...kept.filter((at) => !isCommitted.has(at)).map((at) => ({ inquiryId: null, what: `${at} is not on the log` })),
      ...(kept.length === isKept.size
        ? []
        : [{ inquiryId: null, what: `${kept.length - isKept.size} events are kept twice` }]),
      ...[...lastOwners(after)]
        .filter(([id, owner]) => readModel.owners.get(id) !== owner)
        .map(([inquiryId, owner]) => ({
          inquiryId,
          what: `belongs to ${owner}, and to ${readModel.owners.get(inquiryId)} in the read model`,
        })),
      ...[...settledStates({ after })]
        .filter(([id, state]) => readModel.effects.get(id) !== state)
        .map(([id, state]) => ({
          inquiryId: null,
          what: `effect ${id} is ${state}, and ${readModel.effects.get(id)} in the read model`,
        })),
    ],
  };
};
