import { decisionJournal, headerNames, inquiryDropped, inquiryRaw } from '@sluice/contracts';
import { aRawInquiry } from '@sluice/contracts/testing';
import { systemClock, type PlaybookHash } from '@sluice/kernel';
import { eventually } from '@sluice/testing';
import { createMemoryTransport, MemoryLog } from '@sluice/transport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineStage } from '../define-stage.ts';
import { emit, remembering } from '../outcome.ts';
import type { Transport } from '../ports/transport.port.ts';
import { replayDecisions } from '../replay.ts';
import { memoryStateStore, plainCodec } from '../testing/index.ts';
import type { AnyStage } from './decisions.ts';
import type { Runnable } from './health.ts';
import { runStage } from './run-stage.ts';

interface Playbook {
  readonly says: string;
}

/** Remembers the version a brand began with, and says what that version says, whichever is in force by now. */
const quoting = defineStage<Playbook>()({
  name: 'quote-first',
  consumes: inquiryRaw.v1,
  produces: [inquiryDropped.v1],
  gather: async () => null,
  state: {
    schema: z.object({ began: z.string() }),
    keys: (raw) => [raw.brand],
    playbooksOf: ({ began }) => [began],
  },
  decide: (raw, _facts, memory, { playbookHash, playbookOf }) => {
    const began = raw.content.text === 'unknown' ? 'f'.repeat(64) : (memory.get(raw.brand)?.began ?? playbookHash);
    const reason = playbookOf(began).says;
    return remembering(
      emit(
        inquiryDropped.v1.of({
          inquiryId: raw.inquiryId,
          stage: 'x',
          reason,
          duplicateOf: null,
          droppedAt: raw.receivedAt,
        }),
      ),
      { [raw.brand]: { began } },
    );
  },
});

const [ONE, TWO] = ['1'.repeat(64), '2'.repeat(64)];
const byHash = async (hash: string) => ({ hash: hash as PlaybookHash, playbook: { says: `version ${hash[0]}` } });

describe('a playbook version that a remembered value refers to', () => {
  let log: MemoryLog;
  let transport: Transport;
  let runner: Runnable;
  const store = memoryStateStore();

  const run = async (): Promise<void> => {
    runner = runStage({
      stage: quoting,
      ports: {},
      transport,
      codec: plainCodec(),
      playbooks: { byHash, active: async () => byHash(ONE) },
      clock: systemClock,
      stateStore: store,
    });
    await runner.start();
  };
  const send = (by: string, text = 'x') =>
    transport.publish([
      {
        topic: inquiryRaw.v1.type,
        key: 'k',
        value: Buffer.from(JSON.stringify({ ...aRawInquiry(), content: { ...aRawInquiry().content, text } })),
        headers: { [headerNames.playbook]: by },
      },
    ]);
  const quotes = () =>
    log.records(inquiryDropped.v1.type).map(({ value }) => inquiryDropped.v1.parse(JSON.parse(String(value))).reason);

  beforeEach(() => {
    log = new MemoryLog({ partitions: 1 });
    transport = createMemoryTransport(log);
  });
  afterEach(() => runner.drain());

  it('is there for the decision, in the batch that began with it and after that, and for a replay', async () => {
    await send(ONE);
    await send(TWO);
    await run();
    await eventually(() => expect(quotes()).toEqual(['version 1', 'version 1']));
    await runner.drain();
    await run();
    await send(TWO);
    await eventually(() => expect(quotes()).toEqual(['version 1', 'version 1', 'version 1']));

    const inputs = log.records(inquiryRaw.v1.type);
    const journal = log
      .records(decisionJournal.v1.type)
      .map(({ value }) => decisionJournal.v1.parse(JSON.parse(String(value))));
    const differences = replayDecisions(journal, {
      stages: [quoting as unknown as AnyStage],
      fetchInput: ({ offset }) => JSON.parse(String(inputs[Number(offset)]?.value)) as unknown,
      playbookFor: (hash) => ({ says: `version ${hash[0]}` }),
    });
    expect(differences).toEqual([]);
  });

  it('is a defect of the record where nothing refers to it', async () => {
    await run();
    await send(ONE, 'unknown');
    await eventually(() => expect(log.records(`${inquiryRaw.v1.type}.dlq.quote-first`)).toHaveLength(1));
    expect(quotes()).toEqual([]);
  });
});
