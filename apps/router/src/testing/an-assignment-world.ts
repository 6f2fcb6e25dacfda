import {
  decisionJournal,
  headerNames,
  inquiryAssigned,
  poolChanged,
  slaSignalled,
  type DomainEvent,
  type EventContract,
} from '@sluice/contracts';
import { systemClock, uuidV5, type Clock } from '@sluice/kernel';
import type { Playbook } from '@sluice/policy';
import { replayDecisions, runProjection, runStage, type AnyStage, type Runnable, type StateStore } from '@sluice/stage';
import { memoryStateStore, onePlaybook, plainCodec } from '@sluice/stage/testing';
import { createMemoryTransport, MemoryLog } from '@sluice/transport';
import { createPoolLooker } from '../look-at-pools.ts';
import type { Looks } from '../ports/looks.port.ts';
import { createTimerSetter } from '../set-timers.ts';
import { assignOwner } from '../stages/assign-owner.stage.ts';
import { noteAssignment } from '../stages/note-assignment.stage.ts';

const PARTITIONS = 4;
const stages = [assignOwner, noteAssignment] as readonly unknown[] as readonly AnyStage[];

export interface WorldOptions {
  /** Kept in memory unless a test is about where it is kept. */
  readonly stateStore?: StateStore;
}

/** The real stages in the real runner, several times over, on one log and one store. */
export const anAssignmentWorld = (playbook: Playbook, { stateStore = memoryStateStore() }: WorldOptions = {}) => {
  const log = new MemoryLog({ partitions: PARTITIONS });
  const transport = createMemoryTransport(log);
  const runners: Runnable[] = [];
  const read = <Data>(contract: EventContract<string, Data>): readonly Data[] =>
    log.records(contract.type).map(({ value }) => contract.parse(JSON.parse(String(value))));

  return {
    /** `spread` over all partitions, as no producer of ours does: runners then meet on one memory, and must not both win. */
    send: (events: readonly DomainEvent[], { spread = false }: { readonly spread?: boolean } = {}) =>
      transport.publish(
        events.map(({ type, key, subject, data }, at) => ({
          topic: type,
          key: spread ? `${at % (PARTITIONS * 7)}` : key,
          value: Buffer.from(JSON.stringify(data)),
          headers: {
            [headerNames.id]: uuidV5(type, String(at), JSON.stringify(data)),
            [headerNames.subject]: subject,
            [headerNames.brand]: 'default',
          },
        })),
      ),
    /** `noting`: with the stage that keeps pools and conversations of one mind. */
    async run(
      times: number,
      { noting = false, clock = systemClock }: { readonly noting?: boolean; readonly clock?: Clock } = {},
    ) {
      const common = {
        ports: {},
        codec: plainCodec(),
        playbooks: onePlaybook(playbook),
        clock,
        stateStore,
        options: { commitRecords: 500 },
      };
      for (let n = 0; n < times; n += 1) {
        const runner = runStage({ ...common, stage: assignOwner, transport: createMemoryTransport(log) });
        const noter = runStage({ ...common, stage: noteAssignment, transport: createMemoryTransport(log) });
        for (const one of noting ? [runner, noter] : [runner]) {
          runners.push(one);
          await one.start();
        }
      }
    },
    /** Sets looks from what pools say, as a router does; gives what looks at pools whose moment has come. */
    async looking(looks: Looks, clock: Clock) {
      const own = createMemoryTransport(log);
      const setter = runProjection({
        name: 'set-timers',
        consumes: [poolChanged.v1],
        transport: own,
        codec: plainCodec(),
        deadLetters: true,
        apply: createTimerSetter({ timers: { set: async () => [] }, looks, onBreach: () => undefined }),
      });
      runners.push(setter);
      await setter.start();
      return createPoolLooker({ looks, transport, codec: plainCodec(), clock });
    },
    assigned: () => read(inquiryAssigned.v1),
    changes: () => read(poolChanged.v1).flatMap(({ changes }) => changes),
    signals: () => read(slaSignalled.v1).map(({ inquiryId, signal }) => ({ inquiryId, ...signal })),
    journal: () => read(decisionJournal.v1),
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
    /** Takes every decision again; gives those that came out otherwise. */
    replay() {
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
        playbookFor: () => playbook,
      });
    },
    close: async () => {
      await Promise.all(runners.map((runner) => runner.drain()));
      await transport.close();
    },
  };
};
