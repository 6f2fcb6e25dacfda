import { headerNames, slaSignalled } from '@sluice/contracts';
import { uuidV5, type Clock, type ConversationId, type InquiryId } from '@sluice/kernel';
import type { EventCodec, ProducedRecord, Transport } from '@sluice/stage';
import { recordOf } from './event-record.ts';
import type { DueTimer, Timers } from './ports/timers.port.ts';

export interface ClockWakerOptions {
  readonly timers: Pick<Timers, 'take' | 'done' | 'remind'>;
  readonly transport: Pick<Transport, 'publish'>;
  readonly codec: EventCodec;
  readonly clock: Clock;
}

const BATCH = 200;
const REMIND_EVERY_MS = 30_000;

const knockOf = async (
  { codec, clock }: ClockWakerOptions,
  { id, taking, conversationId, inquiryId, clock: name, wakeAt, brand, playbook, traceParent }: DueTimer,
): Promise<ProducedRecord> => {
  // Never before the moment it was set for, however wrong the clock of this machine is: else the clock would find nothing due.
  const at = [wakeAt, clock.now()].sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? wakeAt;
  const event = slaSignalled.v1.of({
    conversationId: conversationId as ConversationId,
    inquiryId: inquiryId as InquiryId,
    signal: { kind: 'time-came', clock: name },
    by: 'timer',
    at,
  });
  // Heard again it is another event, which moves nothing: an id stands for one record.
  const record = await recordOf(event, {
    codec,
    id: uuidV5(id, String(taking)),
    source: '/sluice/router/timers',
    time: at,
    brand,
  });
  return {
    ...record,
    headers: {
      ...record.headers,
      ...(playbook === '' ? {} : { [headerNames.playbook]: playbook }),
      ...(traceParent === null ? {} : { [headerNames.traceParent]: traceParent }),
    },
  };
};

/**
 * Wakes the clocks whose moment has come. A timer ends only once its signal is acknowledged by the broker: who dies in between
 * leaves it to another, and the clock, which hears it twice then, moves once.
 */
export const createClockWaker = (options: ClockWakerOptions) => {
  const { timers, transport, clock } = options;
  let remindedAt = 0;
  return async (): Promise<'again' | 'rest'> => {
    const now = Date.parse(clock.now());
    if (now - remindedAt > REMIND_EVERY_MS) {
      remindedAt = now;
      await timers.remind();
    }
    const due = await timers.take(BATCH);
    if (due.length === 0) return 'rest';
    await transport.publish(await Promise.all(due.map((timer) => knockOf(options, timer))));
    await timers.done(due);
    return due.length === BATCH ? 'again' : 'rest';
  };
};
