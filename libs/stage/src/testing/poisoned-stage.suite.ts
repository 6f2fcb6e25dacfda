import {
  deadLetterHeaderNames,
  deadLetterTopicOf,
  decisionJournal,
  headerNames,
  type EventContract,
} from '@sluice/contracts';
import { goldenEvents, poisonedEvents } from '@sluice/contracts/testing';
import { systemClock, uuidV5 } from '@sluice/kernel';
import { eventually } from '@sluice/testing';
import { createMemoryTransport, MemoryLog } from '@sluice/transport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Stage } from '../define-stage.ts';
import type { StateStore } from '../ports/state-store.port.ts';
import type { ProducedRecord } from '../ports/transport.port.ts';
import { headerOf } from '../runner/delivery.ts';
import type { Runnable } from '../runner/health.ts';
import { runStage } from '../runner/run-stage.ts';
import { onePlaybook, plainCodec } from './index.ts';

const PLAYBOOK = 'a'.repeat(64);
const LONG_MS = 60_000;

/** What no stage can read. */
const NO_EVENTS: readonly (Buffer | null)[] = [
  null,
  ...['', 'no event at all', '{"inquiryId":', '[]', '{"inquiryId":17}'].map((text) => Buffer.from(text)),
];

interface PoisonedStage<In, Ports, Facts, State, Playbook> {
  readonly stage: Stage<In, Ports, Facts, State, Playbook>;
  readonly playbook: Playbook;
  readonly ports: () => Ports;
  /** The store of a stage that remembers: the real one, which refuses what Postgres refuses. */
  readonly stateStore?: () => StateStore;
}

interface Position {
  readonly topic: string;
  readonly partition: number | string;
  readonly offset: bigint | string;
}
const positionOf = ({ topic, partition, offset }: Position): string => `${topic}/${partition}/${offset}`;

const recordOf = (contract: EventContract<string, unknown>, name: string, data: unknown): ProducedRecord => {
  const { key, subject } = contract.of(data);
  return {
    topic: contract.type,
    key,
    value: Buffer.from(JSON.stringify(data)),
    headers: { [headerNames.id]: name, [headerNames.subject]: subject, [headerNames.playbook]: PLAYBOOK },
  };
};

/**
 * No input can stop a stage: whatever an event holds that its contract lets it hold, and whatever is no event, is decided or a dead
 * letter, once; what comes after it is decided too; and the stage is well.
 */
export const poisonedStageSuite = <In, Ports, Facts, State, Playbook>({
  stage,
  playbook,
  ports,
  stateStore,
}: PoisonedStage<In, Ports, Facts, State, Playbook>): void => {
  describe(`${stage.name}, poisoned`, () => {
    let log: MemoryLog;
    let runner: Runnable;

    beforeEach(async () => {
      log = new MemoryLog({ partitions: 2 });
      runner = runStage({
        stage,
        ports: ports(),
        transport: createMemoryTransport(log),
        codec: plainCodec(),
        playbooks: onePlaybook(playbook, PLAYBOOK),
        clock: systemClock,
        ...(stateStore === undefined ? {} : { stateStore: stateStore() }),
      });
      await runner.start();
    });
    afterEach(() => runner.drain());

    const decided = (): readonly string[] =>
      log
        .records(decisionJournal.v1.type)
        .map(({ value }) => positionOf(decisionJournal.v1.parse(JSON.parse(String(value))).input));
    const givenUp = (topic: string): readonly string[] =>
      log.records(deadLetterTopicOf(topic, stage.name)).map(({ headers }) => {
        const header = (name: string) => headerOf(headers, name) ?? '';
        return positionOf({
          topic,
          partition: header(deadLetterHeaderNames.partition),
          offset: header(deadLetterHeaderNames.offset),
        });
      });

    it.each(stage.inputs.map((contract) => ({ topic: contract.type, contract })))(
      '$topic: each record is decided or a dead letter, once, and so is what comes after it',
      async ({ topic, contract }) => {
        const goldens = goldenEvents(topic);
        const poisoned = goldens.flatMap((event) => poisonedEvents(contract, event));
        expect(poisoned.length).toBeGreaterThan(0);
        log.append([
          ...poisoned.map(({ poison, data }) => recordOf(contract, `poison ${poison}`, data)),
          ...NO_EVENTS.map((value, at) => ({ topic, key: uuidV5(topic, String(at)), value, headers: {} })),
        ]);
        log.append(goldens.map((event, at) => recordOf(contract, `good ${at}`, event)));
        const given = log.records(topic).map(positionOf);
        // What is rejected is both: decided, and a dead letter.
        await eventually(
          () => expect([...new Set([...decided(), ...givenUp(topic)])].toSorted()).toEqual(given.toSorted()),
          { within: LONG_MS },
        );
        for (const settled of [decided(), givenUp(topic)]) expect(new Set(settled).size).toBe(settled.length);
        await eventually(() => expect(runner.health()).toEqual({ ready: true, reason: null }));
        expect(decided().length).toBeGreaterThan(0);
      },
      2 * LONG_MS,
    );
  });
};
