import { memoryCache } from '@sluice/cache';
import {
  decisionJournal,
  headerNames,
  inquiryEnriched,
  inquiryNormalized,
  type InquiryNormalized,
} from '@sluice/contracts';
import { systemClock, uuidV5, type InquiryId } from '@sluice/kernel';
import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { replayDecisions, runStage, type AnyStage, type Runnable } from '@sluice/stage';
import { memoryStateStore, onePlaybook, plainCodec } from '@sluice/stage/testing';
import { eventually } from '@sluice/testing';
import { createMemoryTransport, MemoryLog } from '@sluice/transport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSources, type Sources } from './adapters/sources.ts';
import { enrichInquiry } from './stages/enrich-inquiry.stage.ts';
import { aNormalizedInquiry } from './testing/a-normalized-inquiry.ts';
import { aPolicy } from './testing/a-policy.ts';

const INPUT = inquiryNormalized.v1.type;
const inquiry = (name: string, over: Partial<InquiryNormalized> = {}): InquiryNormalized =>
  aNormalizedInquiry({ inquiryId: uuidV5(name) as InquiryId, ...over });

describe('enriching, with everything but the broker', () => {
  let simulators: RunningSimulators;
  let sources: Sources;
  let runner: Runnable;
  const log = { current: new MemoryLog({ partitions: 2 }) };

  beforeEach(async () => {
    log.current = new MemoryLog({ partitions: 2 });
    simulators = await startSimulators();
    sources = openSources(
      {
        firmographics: { url: simulators.addressOf('firmographics'), apiKey: null },
        websiteBaseUrl: simulators.addressOf('website'),
        companiesFile: null,
        websiteTextsFile: null,
        allowedNetworks: [],
      },
      { companies: memoryCache(), websites: memoryCache() },
    );
    runner = runStage({
      stage: enrichInquiry,
      ports: sources,
      transport: createMemoryTransport(log.current),
      codec: plainCodec(),
      playbooks: onePlaybook(aPolicy),
      stateStore: memoryStateStore(),
      clock: systemClock,
    });
    await runner.start();
  });
  afterEach(async () => {
    await runner.drain();
    await sources.close();
    await simulators.close();
  });

  const send = (...inquiries: readonly InquiryNormalized[]) =>
    createMemoryTransport(log.current).publish(
      inquiries.map((data) => ({
        topic: INPUT,
        key: data.conversationId,
        value: Buffer.from(JSON.stringify(data)),
        headers: {
          [headerNames.id]: data.inquiryId,
          [headerNames.subject]: data.inquiryId,
          [headerNames.playbook]: 'a'.repeat(64),
        },
      })),
    );
  const outputs = () =>
    log.current
      .records(inquiryEnriched.v1.type)
      .map(({ value }) => inquiryEnriched.v1.parse(JSON.parse(String(value))));
  const enriched = (count: number) =>
    eventually(() => {
      expect(outputs()).toHaveLength(count);
      return outputs().map(({ enrichment }) => enrichment);
    });

  it('adds company, page and history, in the order the inquiries came', async () => {
    await send(inquiry('one'), inquiry('two', { receivedAt: '2026-01-05T09:30:00.000Z' }));
    expect(await enriched(2)).toMatchObject([
      {
        status: 'full',
        company: { name: 'Initech', employees: 240 },
        website: expect.stringContaining('Initech works in software'),
        history: { inquiries: 0 },
      },
      {
        status: 'full',
        company: { name: 'Initech' },
        history: { inquiries: 1, lastReceivedAt: '2026-01-05T08:59:00.000Z' },
      },
    ]);
  });

  it('goes on without a provider that is away, and says what is missing', async () => {
    await simulators.setOutage('firmographics', { up: false, how: 'reset' });
    await send(inquiry('one'));
    expect(await enriched(1)).toMatchObject([
      {
        status: 'partial',
        company: null,
        website: expect.stringContaining('Initech'),
        lookups: [{ provider: 'firmographics', status: 'failed' }, { status: 'found' }],
      },
    ]);
  });

  it('goes on past a page that never comes', async () => {
    await simulators.addPages([{ host: 'initech.example', slowMs: 10_000 }]);
    await send(inquiry('one'), inquiry('two', { companyDomain: null }));
    expect(await enriched(2)).toMatchObject([
      { status: 'partial', website: null, company: { name: 'Initech' } },
      { status: 'none' },
    ]);
  });

  it('decides the same again from what was recorded', async () => {
    await send(inquiry('one'), inquiry('two'), inquiry('three', { contactId: null, companyDomain: 'nobody.example' }));
    await enriched(3);
    const entries = log.current
      .records(decisionJournal.v1.type)
      .map(({ value }) => decisionJournal.v1.parse(JSON.parse(String(value))));
    expect(entries).toHaveLength(3);
    expect(entries.map(({ costUsd }) => costUsd).reduce((sum, cost) => sum + cost, 0)).toBeCloseTo(0.02, 9);
    expect(
      replayDecisions(entries, {
        stages: [enrichInquiry as AnyStage],
        fetchInput: ({ partition, offset }) =>
          JSON.parse(
            String(
              log.current
                .records(INPUT)
                .find((record) => record.partition === partition && String(record.offset) === offset)?.value,
            ),
          ),
        playbookFor: () => aPolicy,
      }),
    ).toEqual([]);
  });
});
