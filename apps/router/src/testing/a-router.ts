import {
  decisionJournal,
  headerNames,
  inquiryAssigned,
  poolChanged,
  type DomainEvent,
  type EventContract,
} from '@sluice/contracts';
import { systemClock, uuidV5, type Clock } from '@sluice/kernel';
import type { Playbook } from '@sluice/policy';
import {
  createDuePublisher,
  replayDecisions,
  runStage,
  type AnyStage,
  type DueTimes,
  type ProducedRecord,
  type Runnable,
  type StateStore,
} from '@sluice/stage';
import { memoryStateStore, onePlaybook, plainCodec } from '@sluice/stage/testing';
import { createMemoryTransport, MemoryLog } from '@sluice/transport';
import { assignOwner } from '../stages/assign-owner.stage.ts';
import { followConversation } from '../stages/follow-conversation.stage.ts';

const PARTITIONS = 4;
const stages = [followConversation, assignOwner] as readonly unknown[] as readonly AnyStage[];

export interface RouterOptions {
  /** Kept in memory unless a test is about where it is kept. */
  readonly stateStore?: StateStore & DueTimes;
}

/** The real stages in the real runner, several times over, on one log and one store. */
export const aRouter = (playbook: Playbook, { stateStore = memoryStateStore() }: RouterOptions = {}) => {
  const log = new MemoryLog({ partitions: PARTITIONS });
  const transport = createMemoryTransport(log);
  const codec = plainCodec();
  const runners: Runnable[] = [];
  const read = <Data>(contract: EventContract<string, Data>): readonly Data[] =>
    log.records(contract.type).map(({ value }) => contract.parse(JSON.parse(String(value))));
  let sent = 0;

  return {
    publish: (records: readonly ProducedRecord[]) => transport.publish(records),
    /** `spread` over all partitions, as no producer of ours does: runners then meet on one value, and must not both win. */
    send: (events: readonly DomainEvent[], { spread = false }: { readonly spread?: boolean } = {}) =>
      transport.publish(
        events.map(({ type, key, subject, data }, at) => ({
          topic: type,
          key: spread ? `${at % (PARTITIONS * 7)}` : key,
          value: Buffer.from(JSON.stringify(data)),
          headers: {
            [headerNames.id]: uuidV5(type, String((sent += 1)), JSON.stringify(data)),
            [headerNames.subject]: subject,
            [headerNames.brand]: 'default',
          },
        })),
      ),
    async run(
      times: number,
      { of = stages, clock = systemClock }: { readonly of?: readonly AnyStage[]; readonly clock?: Clock } = {},
    ) {
      for (let n = 0; n < times; n += 1)
        for (const stage of of) {
          const runner = runStage({
            stage,
            ports: {},
            codec,
            playbooks: onePlaybook(playbook),
            clock,
            stateStore,
            transport: createMemoryTransport(log),
            options: { commitRecords: 500 },
          });
          runners.push(runner);
          await runner.start();
        }
    },
    /** Publishes what is due, as a router does every half second. */
    publishDue: () => createDuePublisher({ dueTimes: stateStore, transport, codec, clock: systemClock })(),
    read,
    records: (topic: string) => log.records(topic),
    assigned: () => read(inquiryAssigned.v1),
    changes: () => read(poolChanged.v1).flatMap(({ changes }) => changes),
    journal: () => read(decisionJournal.v1),
    /** Dead letters of its stages. */
    deadLetters: () =>
      stages.flatMap(({ name, inputs }) => inputs.flatMap(({ type }) => log.records(`${type}.dlq.${name}`))),
    /** Inputs of its stages that were not decided yet. */
    undecided() {
      const journaled = new Set(
        read(decisionJournal.v1).map(
          ({ stage, input: { topic, partition, offset } }) => `${stage} ${topic}/${partition}/${offset}`,
        ),
      );
      return stages
        .flatMap(({ name, inputs }) =>
          inputs.flatMap(({ type }) =>
            log.records(type).map(({ partition, offset }) => `${name} ${type}/${partition}/${offset}`),
          ),
        )
        .filter((one) => !journaled.has(one));
    },
    /** Takes every decision again; gives those that came out otherwise. `by`: another playbook than the one they were taken by. */
    replay(by: Playbook = playbook) {
      const inputs = new Map<string, Buffer | null>(
        stages
          .flatMap((stage) => stage.inputs)
          .flatMap(({ type }) =>
            log.records(type).map(({ partition, offset, value }) => [`${type}/${partition}/${offset}`, value] as const),
          ),
      );
      return replayDecisions(read(decisionJournal.v1), {
        stages,
        fetchInput: ({ topic, partition, offset }) => JSON.parse(String(inputs.get(`${topic}/${partition}/${offset}`))),
        playbookFor: () => by,
      });
    },
    close: async () => {
      await Promise.all(runners.map((runner) => runner.drain()));
      await transport.close();
    },
  };
};
export type Router = ReturnType<typeof aRouter>;
export const onlyPools = [assignOwner] as readonly unknown[] as readonly AnyStage[];
