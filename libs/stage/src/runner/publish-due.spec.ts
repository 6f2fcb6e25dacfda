import { headerNames, inquiryDropped, inquiryRaw, type InquiryRaw } from '@sluice/contracts';
import { aRawInquiry } from '@sluice/contracts/testing';
import { systemClock } from '@sluice/kernel';
import { eventually } from '@sluice/testing';
import { createMemoryTransport, MemoryLog } from '@sluice/transport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineStage } from '../define-stage.ts';
import { emit, remembering } from '../outcome.ts';
import type { Transport } from '../ports/transport.port.ts';
import { memoryStateStore, onePlaybook, plainCodec } from '../testing/index.ts';
import { headerOf } from './delivery.ts';
import type { Runnable } from './health.ts';
import { createDuePublisher } from './publish-due.ts';
import { runStage } from './run-stage.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** Remembers an inquiry until the moment that stands in its text, and says so when it has come: once. */
const reminding = defineStage()({
  name: 'remind-inquiry',
  consumes: inquiryRaw.v1,
  produces: [inquiryDropped.v1],
  gather: async () => null,
  state: {
    schema: z.object({ raw: z.custom<InquiryRaw>(), at: z.string().nullable() }),
    keys: (raw) => [raw.inquiryId],
    dueOf: ({ raw, at }) =>
      at === null ? null : { at, event: inquiryRaw.v1.of({ ...raw, content: { ...raw.content, text: 'due' } }) },
  },
  decide: (raw, _facts, memory) => {
    const before = memory.get(raw.inquiryId);
    const isDue = raw.content.text === 'due';
    const said = inquiryDropped.v1.of({
      inquiryId: raw.inquiryId,
      stage: 'x',
      reason: 'the moment has come',
      duplicateOf: null,
      droppedAt: raw.receivedAt,
    });
    return remembering(isDue && before?.at ? emit(said) : emit(), {
      [raw.inquiryId]: { raw, at: isDue ? null : raw.content.text },
    });
  },
});

describe('what is due', () => {
  let log: MemoryLog;
  let transport: Transport;
  let store: ReturnType<typeof memoryStateStore>;
  let now: number;
  let runner: Runnable;
  const publish = () => createDuePublisher({ dueTimes: store, transport, codec: plainCodec(), clock: systemClock })();
  const send = (at: string) =>
    transport.publish([
      {
        topic: inquiryRaw.v1.type,
        key: 'k',
        value: Buffer.from(JSON.stringify({ ...aRawInquiry(), content: { ...aRawInquiry().content, text: at } })),
        headers: { [headerNames.id]: 'one', [headerNames.brand]: 'acme', [headerNames.traceParent]: TRACE },
      },
    ]);
  const said = () => log.records(inquiryDropped.v1.type);
  const inputs = () => log.records(inquiryRaw.v1.type);
  const decided = (count: number) => eventually(() => expect(log.records('decision.journal.v1')).toHaveLength(count));

  beforeEach(async () => {
    log = new MemoryLog({ partitions: 1 });
    transport = createMemoryTransport(log);
    now = Date.parse('2026-01-05T09:00:00.000Z');
    store = memoryStateStore(() => now);
    runner = runStage({
      stage: reminding,
      ports: {},
      transport,
      codec: plainCodec(),
      playbooks: onePlaybook(null),
      clock: systemClock,
      stateStore: store,
    });
    await runner.start();
  });
  afterEach(async () => {
    await runner.drain();
    await transport.close();
  });

  it('is published to its stage once its moment has come, with playbook, brand and trace of the decision that asked for it', async () => {
    await send('2026-01-05T09:30:00.000Z');
    await decided(1);
    expect(await publish()).toBe('rest');
    expect(inputs()).toHaveLength(1);
    now += 31 * 60_000;
    await publish();
    await eventually(() => expect(said()).toHaveLength(1));
    const headers = inputs()[1]?.headers ?? {};
    expect(headerOf(headers, headerNames.playbook)).toBe('a'.repeat(64));
    expect(headerOf(headers, headerNames.brand)).toBe('acme');
    expect(headerOf(headers, headerNames.traceParent)).toBe(TRACE);
    now += 24 * 3_600_000;
    await publish();
    expect(inputs()).toHaveLength(2);
  });

  it('is published again when nobody decided it meanwhile, as another record, and changes nothing the second time', async () => {
    await send('2026-01-05T08:00:00.000Z');
    await decided(1);
    // Taken by somebody who dies before it is published.
    expect(await store.takeDue(10)).toHaveLength(1);
    await publish();
    expect(inputs()).toHaveLength(1);
    now += 31_000;
    await Promise.all([publish(), publish()]);
    await decided(2);
    await transport.publish(
      inputs()
        .slice(1)
        .map(({ topic, key, value, headers }) => ({ topic, key, value, headers })),
    );
    await decided(3);
    expect(said()).toHaveLength(1);
    const ids = inputs().map(({ headers }) => headerOf(headers, headerNames.id));
    expect(ids[0]).not.toBe(ids[1]);
  });
});
