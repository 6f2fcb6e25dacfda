import { memoryCache } from '@sluice/cache';
import { decisionJournal, headerNames, inquiryEnriched, inquiryScored, type InquiryEnriched } from '@sluice/contracts';
import { systemClock, uuidV5, type InquiryId } from '@sluice/kernel';
import { createLanguageModel, noLanguageModel, type LanguageModel } from '@sluice/llm';
import { memoryStores, startScriptedModelServer, type ScriptedModelServer } from '@sluice/llm/testing';
import { replayDecisions, runStage, type AnyStage, type Runnable } from '@sluice/stage';
import { onePlaybook, plainCodec } from '@sluice/stage/testing';
import { eventually } from '@sluice/testing';
import { createMemoryTransport, MemoryLog } from '@sluice/transport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conversationTokens } from './adapters/conversation-tokens.ts';
import { modelReader } from './adapters/model-reader.adapter.ts';
import { scoreInquiry } from './stages/score-inquiry.stage.ts';
import { aPlaybook } from './testing/a-playbook.ts';
import { anEnrichedInquiry } from './testing/an-enriched-inquiry.ts';

const INPUT = inquiryEnriched.v1.type;
const playbook = aPlaybook({ model: { timeoutMs: 400 } });
const understood = { use_case: 'crm', urgency_days: 14, contact_email: '[EMAIL_1]', blockers: [], confidence: 0.9 };
const inquiry = (name: string, text = `We need seats for ${name}.`): InquiryEnriched =>
  anEnrichedInquiry({
    inquiryId: uuidV5(name) as InquiryId,
    content: { subject: null, text, removed: [], metadata: {} },
  });

describe('reading and scoring, with everything but the broker', () => {
  let server: ScriptedModelServer;
  const log = { current: new MemoryLog({ partitions: 2 }) };
  const running: Runnable[] = [];
  const models: LanguageModel[] = [];

  const start = async (model: LanguageModel): Promise<void> => {
    const reader = modelReader({
      model,
      tokens: conversationTokens({ store: memoryCache(), digest: (identity) => identity }),
    });
    const runner = runStage({
      stage: scoreInquiry,
      ports: { reader },
      transport: createMemoryTransport(log.current),
      codec: plainCodec(),
      playbooks: onePlaybook(playbook),
      clock: systemClock,
    });
    running.push(runner);
    models.push(model);
    await runner.start();
  };
  const onServer = (): LanguageModel =>
    createLanguageModel({
      baseUrl: server.baseUrl,
      apiKey: null,
      ...memoryStores(),
      breaker: { failures: 3, restMs: 60_000 },
    });

  beforeEach(async () => {
    log.current = new MemoryLog({ partitions: 2 });
    server = await startScriptedModelServer();
    server.script({ does: 'answer', text: JSON.stringify(understood), tokens: [100, 20] });
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((runner) => runner.drain()));
    await Promise.all(models.splice(0).map((model) => model.close()));
    await server.close();
  });

  const send = (...inquiries: readonly InquiryEnriched[]) =>
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
    log.current.records(inquiryScored.v1.type).map(({ value }) => inquiryScored.v1.parse(JSON.parse(String(value))));
  const scored = (count: number) =>
    eventually(() => {
      expect(outputs()).toHaveLength(count);
      return outputs();
    });

  it('records what was read, by which model, and what it cost', async () => {
    await start(onServer());
    await send(inquiry('one', 'Write to bob@initech.example about seats.'));
    expect(await scored(1)).toMatchObject([
      {
        content: { extracted: { use_case: 'crm', contact_email: 'bob@initech.example' } },
        decision: {
          reading: {
            mode: 'model',
            model: 'small-model-2026',
            inputTokens: 100,
            outputTokens: 20,
            costUsd: 0.03,
            degradedBecause: null,
          },
        },
      },
    ]);
    expect(JSON.stringify(server.requests)).not.toContain('bob@initech.example');
  });

  it.each([
    { model: 'fails', step: { does: 'refuse', status: 500 }, because: /^(?:server-error|breaker-open|timeout)$/ },
    { model: 'never answers', step: { does: 'hang' }, because: /^(?:timeout|breaker-open)$/ },
    { model: 'talks prose', step: { does: 'answer', text: 'They want seats.' }, because: /^invalid$/ },
  ] as const)(
    'loses no inquiry while the model $model: rules decide, and the decision says why',
    async ({ step, because }) => {
      server.script(step);
      await start(onServer());
      await send(...Array.from({ length: 12 }, (_, n) => inquiry(`number-${n}`)));
      const decisions = (await scored(12)).map(({ decision }) => decision);
      expect(new Set(decisions.map(({ reading }) => reading.mode))).toEqual(new Set(['rules-only']));
      for (const { reading } of decisions) expect(reading.degradedBecause).toMatch(because);
    },
  );

  it('works with no model at all, and says so in every decision', async () => {
    await start(noLanguageModel());
    await send(inquiry('one'));
    expect(await scored(1)).toMatchObject([
      { decision: { reading: { mode: 'rules-only', degradedBecause: 'not-configured', costUsd: 0 } } },
    ]);
  });

  it('decides the same again from what was recorded, without asking', async () => {
    await start(onServer());
    await send(inquiry('one'), inquiry('two'), inquiry('three'));
    await scored(3);
    const asked = server.requests.length;
    const entries = log.current
      .records(decisionJournal.v1.type)
      .map(({ value }) => decisionJournal.v1.parse(JSON.parse(String(value))));
    expect(entries.map(({ costUsd }) => costUsd)).toEqual([0.03, 0.03, 0.03]);
    expect(
      replayDecisions(entries, {
        stages: [scoreInquiry as AnyStage],
        fetchInput: ({ partition, offset }) =>
          JSON.parse(
            String(
              log.current
                .records(INPUT)
                .find((record) => record.partition === partition && String(record.offset) === offset)?.value,
            ),
          ),
        playbookFor: () => playbook,
      }),
    ).toEqual([]);
    expect(server.requests).toHaveLength(asked);
  });
});
