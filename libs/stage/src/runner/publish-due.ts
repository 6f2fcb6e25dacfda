import { uuidV5, type Clock } from '@sluice/kernel';
import { eventRecord } from '../event-record.ts';
import type { EventCodec } from '../ports/event-codec.port.ts';
import type { DueTimes, TakenDue } from '../ports/state-store.port.ts';
import type { ProducedRecord, Transport } from '../ports/transport.port.ts';
import type { DueRecord } from './remembered.ts';

export interface DuePublisherOptions {
  readonly dueTimes: DueTimes;
  readonly transport: Pick<Transport, 'publish'>;
  readonly codec: EventCodec;
  readonly clock: Clock;
}

const BATCH = 500;

const recordOf = async (
  { record, attempt }: TakenDue,
  { codec, clock }: DuePublisherOptions,
): Promise<ProducedRecord> => {
  const { id, brand, playbook, headers, ...event } = JSON.parse(record) as DueRecord;
  return eventRecord(
    event,
    // Published again it is another event, which moves nothing: an id stands for one record.
    { id: uuidV5(id, String(attempt)), source: '/sluice/due-times', time: clock.now(), brand, playbook, headers },
    { codec },
  );
};

/**
 * Publishes what is due, to the stage that remembers it. Nothing is locked meanwhile: whoever dies in between leaves it to be taken
 * again, and the stage, which hears of it twice then, finds nothing left to do. To be run by a `Repeat`.
 */
export const createDuePublisher = (options: DuePublisherOptions) => async (): Promise<'again' | 'rest'> => {
  const taken = await options.dueTimes.takeDue(BATCH);
  if (taken.length === 0) return 'rest';
  await options.transport.publish(await Promise.all(taken.map((due) => recordOf(due, options))));
  return taken.length === BATCH ? 'again' : 'rest';
};
