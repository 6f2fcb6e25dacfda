import {
  decisionJournal,
  effectRequested,
  deadLetterTopicOf,
  headerNames,
  inquiryAssigned,
  inquiryCommand,
  inquiryRouted,
  inquiryScored,
  slaAtRisk,
  slaBreached,
  slaClocksMoved,
  slaEscalated,
  topics,
  type DomainEvent,
  type EventContract,
} from '@sluice/contracts';
import { systemClock, uuidV5 } from '@sluice/kernel';
import {
  createDuePublisher,
  Repeat,
  replayDecisions,
  runStage,
  type AnyStage,
  type ConsumedRecord,
  type Runnable,
} from '@sluice/stage';
import { onePlaybook, plainCodec } from '@sluice/stage/testing';
import { eventually, randomName, testInfrastructure } from '@sluice/testing';
import { createKafkaTransport, provisionTopics, readRecords } from '@sluice/transport';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assignOwner } from './stages/assign-owner.stage.ts';
import { followConversation } from './stages/follow-conversation.stage.ts';
import { aPool } from './testing/a-pool.ts';
import { conversationIdOf, inquiryIdOf } from './testing/a-request.ts';
import { aRouterSchema, type RouterSchema } from './testing/a-schema.ts';
import { aScored } from './testing/a-scored.ts';
import { aClockPlaybook } from './testing/clock-playbook.ts';
import { isolated } from './testing/isolated-transport.ts';

const { brokers } = testInfrastructure();
const kafka = { brokers, clientId: 'two-routers' };
const prefix = randomName('routers');
const WITHIN = { within: 90_000 };
const INQUIRIES = 40;
const owners = ['ada', 'grace', 'linus', 'ken'];

/** Three seconds, and as long again for the last step. */
const playbook = aClockPlaybook(3 / 60, {
  pools: { desk: aPool(owners.map((key) => ({ key }))) },
  routes: [{ id: 'desk', when: 'true', queue: 'sales', pool: 'desk', sla: { followup: 3 / 60 } }],
});
const stages = [followConversation, assignOwner] as readonly unknown[] as readonly AnyStage[];
const codec = plainCodec();

let schema: RouterSchema;
const running: Runnable[] = [];
const closing: (() => Promise<void>)[] = [];

const topicsOfRouter = [
  ...new Set(stages.flatMap(({ inputs, produces }) => [...inputs, ...produces].map(({ type }) => type))),
  decisionJournal.v1.type,
  ...stages.flatMap(({ name, inputs }) => inputs.map(({ type }) => deadLetterTopicOf(type, name))),
];

const startRouter = async (): Promise<void> => {
  const transport = isolated(createKafkaTransport(kafka), prefix);
  closing.push(() => transport.close());
  const stateStore = schema.stateStore();
  const common = { ports: {}, transport, codec, playbooks: onePlaybook(playbook), clock: systemClock, stateStore };
  const router = [
    ...stages.map((stage) => runStage({ ...common, stage })),
    new Repeat({
      name: 'publish-due',
      everyMs: 100,
      run: createDuePublisher({ dueTimes: stateStore, transport, codec, clock: systemClock }),
    }),
  ];
  running.push(...router);
  await Promise.all(router.map((runnable) => runnable.start()));
};

let records: readonly ConsumedRecord[] = [];
const readAll = async (): Promise<void> => {
  const names = topicsOfRouter.map((topic) => `${prefix}.${topic}`);
  records = (await readRecords(names, kafka)).map((record) => ({
    ...record,
    topic: record.topic.slice(prefix.length + 1),
  }));
};
const of = <Data>({ type, parse }: EventContract<string, Data>): readonly Data[] =>
  records.filter(({ topic }) => topic === type).map(({ value }) => parse(JSON.parse(String(value))));
const names = Array.from({ length: INQUIRIES }, (_, n) => `${prefix} ${n}`);

beforeAll(async () => {
  schema = await aRouterSchema();
  await provisionTopics(
    topics
      .filter(({ name }) => topicsOfRouter.includes(name))
      .map((topic) => ({ ...topic, name: `${prefix}.${topic.name}`, partitions: 3 })),
    kafka,
  );
  await Promise.all([startRouter(), startRouter()]);
}, 120_000);
afterAll(async () => {
  await Promise.all(running.map((runnable) => runnable.drain()));
  await Promise.all(closing.map((close) => close()));
  await schema.drop();
});

const send = async (events: readonly DomainEvent[]): Promise<void> => {
  const transport = isolated(createKafkaTransport(kafka), prefix);
  await transport.publish(
    events.map(({ type, key, subject, data }) => ({
      topic: type,
      key,
      value: Buffer.from(JSON.stringify(data)),
      headers: {
        [headerNames.id]: uuidV5(prefix, type, JSON.stringify(data)),
        [headerNames.subject]: subject,
        [headerNames.brand]: 'default',
      },
    })),
  );
  await transport.close();
};

const countsOf = <Data extends { readonly inquiryId: string }>(contract: EventContract<string, Data>) => {
  const all = of(contract);
  return names.map((name) => all.filter(({ inquiryId }) => inquiryId === inquiryIdOf(name)).length);
};
const each = (count: number): readonly number[] => names.map(() => count);

it('two routers on one Postgres and one Kafka do everything once: routes, owners, promises, and who is told', async () => {
  const answered = names.slice(0, INQUIRIES / 2);
  const late = (counts: readonly number[]) => counts.slice(answered.length);
  await send(names.map((name) => inquiryScored.v1.of(aScored(name, { receivedAt: new Date().toISOString() }))));
  await eventually(async () => {
    await readAll();
    expect(countsOf(inquiryAssigned.v1)).toEqual(each(1));
  }, WITHIN);
  await send(
    answered.map((name) =>
      inquiryCommand.v1.of({
        inquiryId: inquiryIdOf(name),
        conversationId: conversationIdOf(name),
        command: { do: 'close' },
        by: 'console',
        why: null,
        at: new Date().toISOString(),
      }),
    ),
  );
  await eventually(async () => {
    await readAll();
    expect(late(countsOf(slaEscalated.v1))).toEqual(late(each(3)));
    const journaled = new Set(
      of(decisionJournal.v1).map(({ stage, input }) => `${stage} ${input.topic}/${input.partition}/${input.offset}`),
    );
    const undecided = stages.flatMap(({ name, inputs }) =>
      records
        .filter(({ topic }) => inputs.some(({ type }) => type === topic))
        .map(({ topic, partition, offset }) => `${name} ${topic}/${partition}/${offset}`)
        .filter((one) => !journaled.has(one)),
    );
    expect(undecided).toEqual([]);
  }, WITHIN);

  expect([countsOf(inquiryRouted.v1), countsOf(inquiryAssigned.v1)]).toEqual([each(1), each(1)]);
  const shares = owners.map((key) => of(inquiryAssigned.v1).filter(({ owner }) => owner === key).length);
  expect(shares).toEqual(owners.map(() => INQUIRIES / owners.length));
  expect(late(countsOf(slaAtRisk.v1))).toEqual(late(each(2)));
  expect(late(countsOf(slaBreached.v1))).toEqual(late(each(1)));
  const stops = of(slaClocksMoved.v1).filter(({ moves }) => moves.some(({ change }) => change === 'stopped'));
  expect(stops.map(({ inquiryId }) => inquiryId).sort()).toEqual(answered.map(inquiryIdOf).sort());
  const effects = of(effectRequested.v1).map(({ effectId }) => effectId);
  expect(new Set(effects).size).toBe(effects.length);
  expect(records.filter(({ topic }) => topic.includes('.dlq.'))).toEqual([]);

  const inputs = new Map<string, string>(
    records.map(({ topic, partition, offset, value }) => [`${topic}/${partition}/${offset}`, String(value)] as const),
  );
  expect(
    replayDecisions(of(decisionJournal.v1), {
      stages,
      fetchInput: ({ topic, partition, offset }) =>
        JSON.parse(inputs.get(`${topic}/${partition}/${offset}`) ?? 'null') as unknown,
      playbookFor: () => playbook,
    }),
  ).toEqual([]);
}, 180_000);
