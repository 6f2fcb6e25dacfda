import {
  answerSettled,
  effectSettled,
  headerNames,
  recordFailed,
  type DataOf,
  type DomainEvent,
  type EffectSettled,
} from '@sluice/contracts';
import { uuidV5 } from '@sluice/kernel';
import { eventRecord, type EventCodec, type ProducedRecord } from '@sluice/stage';
import type { Relay } from './ports/relay.port.ts';
import type { Settlement, Settlements } from './ports/settlements.port.ts';

export interface RelayOptions {
  readonly settlements: Settlements;
  /** The relay of a sequence. */
  readonly connect: (sequence: string) => Relay;
  readonly codec: EventCodec;
  /** Names this process. */
  readonly owner: string;
}

const BATCH = 500;
/** How long another waits for a relay that has died. A transaction is over long before. */
const CLAIM_MS = 10_000;

/** What a conversation is told of an answer. */
const answerOf = ({ purpose, receipt: { reason }, target: _target, ...answer }: EffectSettled) =>
  purpose === undefined ? [] : [answerSettled.v1.of({ ...answer, purpose, reason })];

/** What a conversation is told of a record that is not there, or of which nobody knows. */
const failureOf = ({ record, state, receipt, settledAt, ...about }: EffectSettled, brand: string) => {
  if (record === undefined || (state !== 'refuted' && state !== 'unknown')) return [];
  const { effectId, decisionId, inquiryId, conversationId, kind, target } = about;
  return [
    recordFailed.v1.of({
      effectId,
      decisionId,
      inquiryId,
      conversationId,
      brand,
      kind,
      target,
      ...record,
      state,
      reason: receipt.reason,
      made: Object.keys(receipt.parts ?? {}),
      failedAt: settledAt,
    }),
  ];
};

const recordsOf = (
  codec: EventCodec,
  { settlementId, event: data, traceParent, brand, playbook }: Settlement,
): readonly Promise<ProducedRecord>[] => {
  // Making the event parses it.
  const settled = effectSettled.v1.of(data as DataOf<typeof effectSettled.v1>);
  const time = settled.data.settledAt;
  const headers = traceParent === null ? {} : { [headerNames.traceParent]: traceParent };
  const record = (event: DomainEvent, id: string) =>
    eventRecord(event, { id, source: '/sluice/notifier', time, brand, playbook, headers }, { codec });
  return [
    record(settled, settlementId),
    ...answerOf(settled.data).map((answer) => record(answer, uuidV5(settlementId, 'answer'))),
    ...failureOf(settled.data, brand).map((failure) => record(failure, uuidV5(settlementId, 'failure'))),
  ];
};

const later = (a: bigint | null, b: bigint): bigint => (a !== null && a > b ? a : b);

/** A relay that is open, and how many settlements are published. */
interface OpenRelay {
  readonly relay: Relay;
  readonly position: bigint;
}

/**
 * Publishes settlements in their order, each exactly once: a transaction holds the records and the position after them. The claim
 * only keeps processes from taking the relay from each other all the time; that a stale one can't publish is the broker's doing.
 * Nothing in the database is locked while it publishes: what was published goes with the next look at what follows.
 */
export class SettlementRelay {
  readonly #options: RelayOptions;
  #relay: Relay | null = null;
  #open: OpenRelay | null = null;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** Publishes what is there. Gives how many; null while another process has the relay. @throws TransientError: tried again later */
  async run(): Promise<number | null> {
    const open = this.#open ?? (await this.#takeOver());
    // Until this run has ended well, nobody can say where the relay stands but the broker.
    this.#open = null;
    if (open === null) return null;
    const { settlements, owner } = this.#options;
    const batch = await settlements.next({ owner, ms: CLAIM_MS }, { position: open.position, limit: BATCH });
    if (batch === null) return null;
    await this.#publish(open, batch);
    return batch.length;
  }

  async close(): Promise<void> {
    await this.#options.settlements.release(this.#options.owner).catch(() => undefined);
    await this.#relay?.close();
  }

  async #takeOver(): Promise<OpenRelay | null> {
    const { settlements, owner, connect } = this.#options;
    const claim = await settlements.claim({ owner, ms: CLAIM_MS });
    if (claim === null) return null;
    this.#relay ??= connect(claim.sequence);
    // The broker forgets the offset of a group that was idle for a week; the ledger remembers, and is never ahead of the broker.
    return { relay: this.#relay, position: later(await this.#relay.open(), claim.published) };
  }

  async #publish({ relay, position }: OpenRelay, batch: readonly Settlement[]): Promise<void> {
    const next = position + BigInt(batch.length);
    if (batch.length > 0)
      await relay.publish(await Promise.all(batch.flatMap((one) => recordsOf(this.#options.codec, one))), next);
    this.#open = { relay, position: next };
  }
}
