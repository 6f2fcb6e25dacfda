import { effectSettled, headerNames, type DataOf } from '@sluice/contracts';
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

const recordOf = (
  codec: EventCodec,
  { settlementId, event: data, traceParent, brand, playbook }: Settlement,
): Promise<ProducedRecord> => {
  // Making the event parses it.
  const event = effectSettled.v1.of(data as DataOf<typeof effectSettled.v1>);
  return eventRecord(
    event,
    {
      id: settlementId,
      source: '/sluice/notifier',
      time: event.data.settledAt,
      brand,
      playbook,
      headers: traceParent === null ? {} : { [headerNames.traceParent]: traceParent },
    },
    { codec },
  );
};

const later = (a: bigint | null, b: bigint): bigint => (a !== null && a > b ? a : b);

/**
 * Publishes settlements in their order, each exactly once: a transaction holds the records and the position after them. The claim
 * only keeps processes from taking the relay from each other all the time; that a stale one can't publish is the broker's doing.
 */
export class SettlementRelay {
  readonly #options: RelayOptions;
  #relay: Relay | null = null;
  /** Null until the relay is open: then the position is the broker's word. */
  #position: bigint | null = null;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** Publishes what is there. Gives how many; null while another process has the relay. @throws TransientError: tried again later */
  async run(): Promise<number | null> {
    const { settlements, owner } = this.#options;
    const claim = await settlements.claim(owner, CLAIM_MS);
    if (claim === null) {
      this.#position = null;
      return null;
    }
    try {
      this.#relay ??= this.#options.connect(claim.sequence);
      // The broker forgets the offset of a group that was idle for a week; the ledger remembers, and is never ahead of the broker.
      this.#position ??= later(await this.#relay.open(), claim.published);
      return await this.#publishFrom(this.#relay, this.#position);
    } catch (error) {
      this.#position = null;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#options.settlements.release(this.#options.owner).catch(() => undefined);
    await this.#relay?.close();
  }

  async #publishFrom(relay: Relay, position: bigint): Promise<number> {
    const { settlements, codec } = this.#options;
    const batch = await settlements.from(position, BATCH);
    const last = batch.at(-1);
    if (!last) return 0;
    const next = last.position + 1n;
    await relay.publish(await Promise.all(batch.map((one) => recordOf(codec, one))), next);
    this.#position = next;
    await settlements.published(next);
    return batch.length;
  }
}
