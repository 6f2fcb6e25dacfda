import { decisionJournal, headerNames, inquiryDropped, inquiryRaw, type InquiryRaw } from '@sluice/contracts';
import { aRawInquiry } from '@sluice/contracts/testing';
import { systemClock, uuidV5, type InquiryId } from '@sluice/kernel';
import { MemoryLog, createMemoryTransport } from '@sluice/transport';
import { z } from 'zod';
import { defineStage } from '../define-stage.ts';
import { drop, emit, reject, remembering } from '../outcome.ts';
import type { StateStore } from '../ports/state-store.port.ts';
import type { Transport } from '../ports/transport.port.ts';
import { memoryStateStore, onePlaybook, plainCodec } from './index.ts';
import type { Runnable } from '../runner/health.ts';
import type { RunnerOptions } from '../runner/conveyor.ts';
import { runStage } from '../runner/run-stage.ts';

/** What the text of an inquiry makes the stages below do. */
export type Script = 'emit' | 'drop' | 'reject' | 'throw' | `${string}`;

export const inquiryOf = (name: string, text: Script = 'emit'): InquiryRaw => {
  const raw = aRawInquiry();
  return { ...raw, inquiryId: uuidV5(name) as InquiryId, content: { ...raw.content, text } };
};

export type Gather = (raw: InquiryRaw) => Promise<unknown>;
const noFacts: Gather = async () => null;

const scripted = (raw: InquiryRaw) => {
  const { text } = raw.content;
  if (text === 'throw') throw new RangeError('a defect');
  if (text === 'nothing') return emit();
  if (text === 'repeat') return drop('duplicate', raw.inquiryId);
  if (text === 'reject') return reject('unreadable', 'as asked');
  return text === 'drop'
    ? drop('spam')
    : emit(
        inquiryDropped.v1.of({
          inquiryId: raw.inquiryId,
          stage: 'x',
          reason: text ?? '',
          duplicateOf: null,
          droppedAt: raw.receivedAt,
        }),
      );
};

export const statelessStage = defineStage()({
  name: 'follow-script',
  consumes: inquiryRaw.v1,
  produces: [inquiryDropped.v1],
  gather: (raw, { gather }: { gather: Gather }) => gather(raw),
  decide: (raw) => scripted(raw),
});

/** Counts the inquiries of a brand: the count is the reason of what it emits. */
export const countingStage = defineStage()({
  name: 'count-inquiry',
  consumes: inquiryRaw.v1,
  produces: [inquiryDropped.v1],
  gather: (raw, { gather }: { gather: Gather }) => gather(raw),
  state: { schema: z.object({ count: z.int() }), keys: (raw) => [raw.brand] },
  decide: (raw, _facts, memory) => {
    const count = (memory.get(raw.brand)?.count ?? 0) + 1;
    return remembering(
      emit(
        inquiryDropped.v1.of({
          inquiryId: raw.inquiryId,
          stage: 'x',
          reason: String(count),
          duplicateOf: null,
          droppedAt: raw.receivedAt,
        }),
      ),
      { [raw.brand]: { count } },
    );
  },
});

export interface Bench {
  readonly log: MemoryLog;
  readonly transport: Transport;
  readonly store: ReturnType<typeof memoryStateStore>;
  send(...inquiries: readonly InquiryRaw[]): Promise<void>;
  run(options?: {
    gather?: Gather;
    transport?: Transport;
    store?: StateStore;
    options?: Partial<RunnerOptions>;
    counting?: boolean;
  }): Promise<Runnable>;
  /** Reasons of what came out, in order per partition. */
  outputs(): string[];
  journal(): readonly z.infer<typeof decisionJournal.v1.schema>[];
  close(): Promise<void>;
}

export const createBench = (partitions = 2): Bench => {
  const log = new MemoryLog({ partitions });
  const transport = createMemoryTransport(log);
  const store = memoryStateStore();
  const runners: Runnable[] = [];
  const dataOf = (topic: string): unknown[] => log.records(topic).map(({ value }) => JSON.parse(String(value)));
  return {
    log,
    transport,
    store,
    send: (...inquiries) =>
      transport.publish(
        inquiries.map((raw) => ({
          topic: inquiryRaw.v1.type,
          key: raw.inquiryId,
          value: Buffer.from(JSON.stringify(raw)),
          headers: {
            [headerNames.id]: `raw-${raw.inquiryId}`,
            [headerNames.subject]: raw.inquiryId,
            [headerNames.brand]: raw.brand,
          },
        })),
      ),
    async run({
      gather = noFacts,
      transport: other = transport,
      store: stateStore = store,
      options = {},
      counting = false,
    } = {}) {
      const common = {
        ports: { gather },
        transport: other,
        codec: plainCodec(),
        playbooks: onePlaybook(null),
        clock: systemClock,
        stateStore,
        options,
      };
      const runner = counting
        ? runStage({ ...common, stage: countingStage })
        : runStage({ ...common, stage: statelessStage });
      runners.push(runner);
      await runner.start();
      return runner;
    },
    outputs: () => dataOf(inquiryDropped.v1.type).map((data) => inquiryDropped.v1.parse(data).reason),
    journal: () => dataOf(decisionJournal.v1.type).map((data) => decisionJournal.v1.parse(data)),
    close: async () => {
      await Promise.all(runners.map((runner) => runner.drain()));
      await transport.close();
    },
  };
};
