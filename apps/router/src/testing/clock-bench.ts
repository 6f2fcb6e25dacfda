import { headerNames, slaClockMoved, slaSignalled, type EventContract, type SlaSignalled } from '@sluice/contracts';
import { systemClock } from '@sluice/kernel';
import type { Playbook } from '@sluice/policy';
import { runProjection, runStage, type ConsumedRecord, type ProducedRecord, type Runnable } from '@sluice/stage';
import { memoryStateStore, onePlaybook, plainCodec } from '@sluice/stage/testing';
import { createMemoryTransport, MemoryLog } from '@sluice/transport';
import type { Timers } from '../ports/timers.port.ts';
import { createTimerSetter } from '../set-timers.ts';
import { runClocks } from '../stages/run-clocks.stage.ts';
import { createClockWaker } from '../wake-clocks.ts';

export interface ClockBench {
  /** Times that a breach was counted, by queue. */
  readonly breaches: string[];
  say(...signals: readonly SlaSignalled[]): Promise<void>;
  publish(records: readonly ProducedRecord[]): Promise<void>;
  /** Wakes what is due, as a router does. */
  wake(): Promise<void>;
  heard<Data>(contract: EventContract<string, Data>): readonly Data[];
  /** As they lie on the log. */
  records(topic: string): readonly ConsumedRecord[];
  close(): Promise<void>;
}

/** Timers that never come: for those who say themselves that time has. */
export const noTimers: Timers = {
  start: async () => undefined,
  set: async () => [],
  take: async () => [],
  done: async () => undefined,
  remind: async () => 0,
  counts: async () => [],
  stop: async () => undefined,
};

/** Clocks alone have no pools to be looked at. */
const noLooks = { set: async () => undefined };

/** The clocks' stage on a log in memory, with timers of the caller's. */
export const clockBench = async ({
  playbook,
  timers,
}: {
  readonly playbook: Playbook;
  readonly timers: Timers;
}): Promise<ClockBench> => {
  const log = new MemoryLog({ partitions: 3 });
  const transport = createMemoryTransport(log);
  const codec = plainCodec();
  const breaches: string[] = [];
  const wake = createClockWaker({ timers, transport, codec, clock: systemClock });
  const running: readonly Runnable[] = [
    runStage({
      stage: runClocks,
      transport,
      codec,
      clock: systemClock,
      ports: {},
      playbooks: onePlaybook(playbook),
      stateStore: memoryStateStore(),
    }),
    runProjection({
      name: 'set-timers',
      consumes: [slaClockMoved.v1],
      transport,
      codec,
      deadLetters: true,
      apply: createTimerSetter({ timers, looks: noLooks, onBreach: ({ queue }) => breaches.push(queue) }),
    }),
  ];
  for (const runnable of running) await runnable.start();
  return {
    breaches,
    publish: (records) => transport.publish(records),
    say: (...signals) =>
      transport.publish(
        signals.map((signalled) => ({
          topic: slaSignalled.v1.type,
          key: signalled.conversationId,
          value: Buffer.from(JSON.stringify(signalled)),
          headers: { [headerNames.playbook]: 'a'.repeat(64) },
        })),
      ),
    wake: async () => {
      await wake();
    },
    heard: (contract) => log.records(contract.type).map(({ value }) => contract.parse(JSON.parse(String(value)))),
    records: (topic) => log.records(topic),
    async close() {
      await Promise.all(running.map((runnable) => runnable.drain()));
      await transport.close();
    },
  };
};
