import { assignmentRequested, decisionJournal, headerNames, inquiryAssigned, poolChanged, poolCommand, type DomainEvent, type EventContract } from '@sluice/contracts';
import { systemClock, uuidV5 } from '@sluice/kernel';
import type { Playbook } from '@sluice/policy';
import { runStage, type AnyStage, type Runnable, replayDecisions } from '@sluice/stage';
import { memoryStateStore, onePlaybook, plainCodec } from '@sluice/stage/testing';
import { createMemoryTransport, MemoryLog } from '@sluice/transport';
import { assignOwner } from '../stages/assign-owner.stage.ts';

const PARTITIONS = 4;

/** The real stage in the real runner, several times over, on one log and one store. */
export const anAssignmentWorld = (playbook: Playbook) => {
  const log = new MemoryLog({ partitions: PARTITIONS });
  const transport = createMemoryTransport(log);
  const stateStore = memoryStateStore();
  const runners: Runnable[] = [];
  const read = <Data>(contract: EventContract<string, Data>): readonly Data[] =>
    log.records(contract.type).map(({ value }) => contract.parse(JSON.parse(String(value))));

  return {
    /** `spread` over all partitions, as no producer of ours does: runners then meet on one memory, and must not both win. */
    send: (events: readonly DomainEvent[], { spread = false }: { readonly spread?: boolean } = {}) =>
      transport.publish(events.map(({ type, key, subject, data }, at) => ({
        topic: type, key: spread ? `${at % (PARTITIONS * 7)}` : key, value: Buffer.from(JSON.stringify(data)),
        headers: { [headerNames.id]: uuidV5(type, String(at), JSON.stringify(data)), [headerNames.subject]: subject, [headerNames.brand]: 'default' },
      }))),
    async run(times: number) {
      for (let n = 0; n < times; n += 1) {
        const runner = runStage({
          stage: assignOwner, ports: {}, transport: createMemoryTransport(log), codec: plainCodec(), playbooks: onePlaybook(playbook), clock: systemClock, stateStore,
          options: { commitRecords: 500 },
        });
        runners.push(runner);
        await runner.start();
      }
    },
    assigned: () => read(inquiryAssigned.v1),
    changes: () => read(poolChanged.v1).flatMap(({ changes }) => changes),
    journal: () => read(decisionJournal.v1),
    /** Takes every decision again; gives those that came out otherwise. */
    replay() {
      const inputs = new Map<string, Buffer | null>([assignmentRequested.v1.type, poolCommand.v1.type].flatMap((topic) =>
        log.records(topic).map(({ partition, offset, value }) => [`${topic}/${partition}/${offset}`, value] as const)));
      return replayDecisions(read(decisionJournal.v1), {
        stages: [assignOwner] as readonly unknown[] as readonly AnyStage[],
        fetchInput: ({ topic, partition, offset }) => JSON.parse(String(inputs.get(`${topic}/${partition}/${offset}`))),
        playbookFor: () => playbook,
      });
    },
    close: async () => {
      await Promise.all(runners.map((runner) => runner.drain()));
      await transport.close();
    },
  };
};
