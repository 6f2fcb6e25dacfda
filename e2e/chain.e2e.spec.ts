import { conversationDue, decisionJournal, eventTopics, poolDue } from '@sluice/contracts';
import { enrichInquiry } from '@sluice/enricher';
import { normalizeInquiry } from '@sluice/ingest';
import { assignOwner, followConversation } from '@sluice/router';
import { scoreInquiry } from '@sluice/classifier';
import { loadPlaybooks } from '@sluice/policy/files';
import { controlSimulators } from '@sluice/simulators';
import { headerOf, replayDecisions, type AnyStage } from '@sluice/stage';
import { startOtlpReceiver, type OtlpReceiver } from '@sluice/telemetry/testing';
import { eventually } from '@sluice/testing';
import type { Stack } from '@sluice/tooling';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leadCases } from './fixtures/leads.ts';
import { mailCases, type MailCase } from './fixtures/mails.ts';
import { ask, attachStack, postLead, postMail, readLog, type LoggedEvent } from './support/attach.ts';

const TIMES = 3;
/** What the router says to itself when a moment has come. */
const DUE_TOPICS = new Set<string>([conversationDue.v1.type, poolDue.v1.type]);
/** OpenTelemetry's number for a span of kind server. */
const SERVER_SPAN = 2;
const inputs = mailCases.length + leadCases.length;

interface Summary {
  readonly raw: number;
  readonly routed: number;
  readonly dropped: number;
  readonly deadLettered: number;
  readonly inFlight: number;
  readonly droppedBy: Readonly<Record<string, number>>;
}

let stack: Stack;
let receiver: OtlpReceiver;
let log: ReadonlyMap<string, readonly LoggedEvent[]>;
const idOf = new Map<string, string>();

const events = (topic: string): readonly LoggedEvent[] => log.get(topic) ?? [];
const of = (topic: string, inquiryId: string): readonly LoggedEvent[] =>
  events(topic).filter(({ data }) => data['inquiryId'] === inquiryId);

/** The simulated model says of a mail what a careful reader would. */
const answerFor = ({ expected }: MailCase): object => {
  const category = expected.outcome === 'routed' ? expected.category : 'other';
  return {
    category,
    intent: 'as written',
    priority: 'normal',
    company: null,
    contact_name: null,
    product: null,
    plan: null,
    order_id: null,
    summary: null,
    confidence: 0.9,
  };
};

const seedModel = async (): Promise<void> => {
  const simulators = controlSimulators(stack.simulatorsUrl);
  for (const mail of mailCases)
    await simulators.seedAnswers(
      mail.ref,
      Array.from({ length: 3 }, () => ({ content: answerFor(mail) })),
    );
  for (const { ref, fields } of leadCases)
    await simulators.seedAnswers(
      ref,
      Array.from({ length: 3 }, () => ({ content: fields })),
    );
};

const sendAll = async (): Promise<void> => {
  const sends = [
    ...mailCases.map(({ name, raw }) => async () => {
      idOf.set(name, String((await postMail(stack, raw)).body['inquiryId']));
    }),
    ...leadCases.map(({ ref, body }) => async () => {
      idOf.set(ref, String((await postLead(stack, body)).body['inquiryId']));
    }),
  ];
  for (let time = 0; time < TIMES; time += 1) {
    for (let from = 0; from < sends.length; from += 8)
      await Promise.all(sends.slice(from, from + 8).map((send) => send()));
  }
};

interface Move {
  readonly clock: string;
  readonly because: string;
}
const movesOf = (moved: readonly { readonly data: Readonly<Record<string, unknown>> }[]): readonly Move[] =>
  moved.flatMap(({ data }) => data['moves'] as readonly Move[]);
/** Effects that nobody is asked about: what is only proposed waits for a person. */
const doneUnasked = () => events('effect.requested.v1').filter(({ data }) => data['approveBy'] === undefined);
/** Promises that were kept by an answer. */
const keptByAnswers = () => movesOf(events('sla.clocks-moved.v1')).filter(({ because }) => because === 'acknowledged');

const summary = (): Promise<Summary> => ask<Summary>(stack, '/v1/summary');

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  stack = attachStack({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    // The receiver lives in this process, which is busy with much else: spans that it is slow to take must not be given up.
    OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
    OTEL_BSP_EXPORT_TIMEOUT: '60000',
  });
  await stack.start();
  await seedModel();
  await sendAll();
  await eventually(async () => expect(await summary()).toMatchObject({ raw: inputs * TIMES, inFlight: 0 }), {
    within: 180_000,
  });
  await eventually(
    async () => {
      log = await readLog(stack);
      expect(events('assignment.requested.v1').length).toBe(events('inquiry.assigned.v1').length);
      expect(events('effect.settled.v1').length).toBe(doneUnasked().length);
      expect(keptByAnswers().length).toBe(events('answer.settled.v1').length);
    },
    { within: 120_000 },
  );
}, 420_000);

afterAll(async () => {
  await receiver.close();
});

describe('raw mails', () => {
  it.each(mailCases.filter(({ expected }) => expected.outcome === 'routed'))('$name', ({ name, expected }) => {
    if (expected.outcome !== 'routed') return;
    const [routed] = of('inquiry.routed.v1', idOf.get(name) ?? '');
    const content = routed?.data['content'] as { subject: string; text: string };
    expect(routed?.data).toMatchObject({
      decision: { category: expected.category },
      routing: { queue: expected.queue },
    });
    expect(content.text).toContain(expected.says);
    if (expected.saysNot) expect(content.text).not.toContain(expected.saysNot);
    if (expected.subject) expect(content.subject).toBe(expected.subject);
    if (expected.language) expect(routed?.data['language']).toMatchObject({ code: expected.language });
    if (expected.attachments) expect(routed?.data['attachments']).toHaveLength(expected.attachments);
  });

  it.each(mailCases.filter(({ expected }) => expected.outcome === 'dropped'))(
    '$name is dropped with its reason',
    ({ name, expected }) => {
      const reasons = of('inquiry.dropped.v1', idOf.get(name) ?? '').map(({ data }) => data['reason']);
      expect(reasons.filter((reason) => reason !== 'duplicate')).toEqual([
        expected.outcome === 'dropped' ? expected.reason : '',
      ]);
    },
  );

  it('an answer joins the conversation of the mail it answers', () => {
    const conversation = (name: string) => of('inquiry.routed.v1', idOf.get(name) ?? '')[0]?.data['conversationId'];
    expect(conversation('Re: an answer above the quote')).toBe(conversation('Plain text in seven bits'));
  });
});

describe('leads', () => {
  it.each(leadCases)('$ref is $expected.label with $expected.score in $expected.queue', ({ ref, expected }) => {
    const inquiryId = idOf.get(ref) ?? '';
    const [routed] = of('inquiry.routed.v1', inquiryId);
    const decision = routed?.data['decision'] as {
      score: number;
      reasons: { points: number }[];
      review: { needed: boolean };
    };
    expect(routed?.data).toMatchObject({ decision: { label: expected.label }, routing: { queue: expected.queue } });
    if (expected.score !== null) expect(decision.score).toBe(expected.score);
    expect(decision.reasons.reduce((sum, { points }) => sum + points, 0)).toBe(decision.score);
    expect(decision.review.needed).toBe(expected.review);
    const owners = of('inquiry.assigned.v1', inquiryId).map(({ data }) => data['owner']);
    expect(owners).toHaveLength(expected.owners.length > 0 ? 1 : 0);
    for (const owner of owners) expect(expected.owners).toContain(owner);
  });
});

describe('who wrote a mail', () => {
  const acknowledged = () => events('effect.requested.v1').filter(({ data }) => data['purpose'] === 'acknowledgement');
  const routedOf = (inquiryId: unknown) => of('inquiry.routed.v1', String(inquiryId))[0]?.data;

  it('is told once a conversation that it arrived, and only about what the playbook lets a machine answer', () => {
    expect(acknowledged().length).toBeGreaterThan(2);
    const conversations = acknowledged().map(({ data }) => data['conversationId']);
    expect(new Set(conversations).size).toBe(conversations.length);
    for (const { data } of acknowledged()) {
      const routed = routedOf(data['inquiryId']);
      expect(['lead', 'support']).toContain((routed?.['decision'] as { category: string }).category);
      expect(routed).toMatchObject({ automation: { kind: 'none' }, source: 'mail' });
    }
  });

  it('finds it in the thread of their own mail, and its promise is kept from then on', async () => {
    const { entries } = await controlSimulators(stack.simulatorsUrl).journal('smtp');
    for (const { data } of acknowledged()) {
      const mail = entries.find(({ applied }) => applied.includes(String(data['effectId'])));
      const { contact, content } = routedOf(data['inquiryId']) as {
        contact: { email: string };
        content: { answerTo?: { messageId: string } };
      };
      expect(mail?.body).toMatchObject({ to: [contact.email], from: 'hello@sluice.example' });
      expect(mail?.headers['in-reply-to']).toBe(content.answerTo && `<${content.answerTo.messageId}>`);
      expect(movesOf(of('sla.clocks-moved.v1', String(data['inquiryId'])))).toContainEqual(
        expect.objectContaining({ clock: 'acknowledgement', because: 'acknowledged', by: 'notifier' }),
      );
    }
  });
});

describe('everything accepted', () => {
  it('is accounted for: raw = routed + dropped + dead-lettered', async () => {
    const { raw, routed, dropped, deadLettered, droppedBy } = await summary();
    expect(raw).toBe(inputs * TIMES);
    expect(routed + dropped + deadLettered).toBe(raw);
    expect(droppedBy['duplicate']).toBe(inputs * (TIMES - 1));
    expect(events('inquiry.raw.v1')).toHaveLength(raw);
  });

  it.each([
    'inquiry.normalized.v1',
    'inquiry.enriched.v1',
    'inquiry.scored.v1',
    'inquiry.routed.v1',
    'inquiry.assigned.v1',
  ])('is once in %s although it was sent three times', (topic) => {
    const ids = events(topic).map(({ data }) => data['inquiryId']);
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is told once: every effect was applied exactly once, and has its receipt', async () => {
    const requested = doneUnasked().map(({ data }) => String(data['effectId']));
    expect(new Set(requested).size).toBe(requested.length);
    expect(
      events('effect.settled.v1')
        .map(({ data }) => [data['effectId'], data['state']])
        .sort(),
    ).toEqual(requested.map((id) => [id, 'confirmed']).sort());
    const simulators = controlSimulators(stack.simulatorsUrl);
    for (const [name, kind] of [
      ['slack', 'slack.message'],
      ['webhook', 'webhook.delivery'],
      ['smtp', 'mail.reply'],
      ['hubspot', 'crm.upsert'],
    ] as const) {
      const { applied } = await simulators.journal(name);
      const wanted = doneUnasked()
        .filter(({ data }) => data['kind'] === kind)
        .map(({ data }) => String(data['effectId']));
      // A record without a deal is known by its note.
      expect(wanted.filter((id) => (applied[id] ?? applied[`notes:${id}`]) !== 1)).toEqual([]);
    }
  });

  it('is decided again from the journal without a single difference', () => {
    const stages = [
      normalizeInquiry,
      enrichInquiry,
      scoreInquiry,
      followConversation,
      assignOwner,
    ] as readonly unknown[] as readonly AnyStage[];
    const journal = events('decision.journal.v1').map(({ data }) => decisionJournal.v1.parse(data));
    const byPosition = new Map(
      eventTopics
        .flatMap(({ name }) => events(name))
        .map(({ record, data }) => [`${record.topic}/${record.partition}/${record.offset}`, data]),
    );
    // Time goes on while the log is read: what became due after that was read can't be decided again, and nothing else.
    const entries = journal.filter(({ input }) => byPosition.has(`${input.topic}/${input.partition}/${input.offset}`));
    const missing = journal.filter((entry) => !entries.includes(entry));
    expect(missing.filter(({ input }) => !DUE_TOPICS.has(input.topic))).toEqual([]);
    const { playbooks } = loadPlaybooks(join(process.env['SLUICE_CHECKOUT'] ?? '', 'playbooks'));
    expect(entries.length).toBeGreaterThan(inputs * 4);
    expect(
      replayDecisions(entries, {
        stages,
        fetchInput: ({ topic, partition, offset }) => byPosition.get(`${topic}/${partition}/${offset}`),
        playbookFor: (hash) => playbooks.find((one) => one.hash === hash)?.playbook,
      }),
    ).toEqual([]);
  });

  it('is one connected trace, from the request to the effect', async () => {
    const settled = events('effect.settled.v1').map(
      ({ record }) => headerOf(record.headers, 'traceparent')?.split('-')[1] ?? '',
    );
    const traces = [...new Set(settled)];
    expect(traces.length).toBe(new Set(events('effect.requested.v1').map(({ data }) => data['inquiryId'])).size);
    await eventually(
      () => {
        const broken = traces.flatMap((traceId) => {
          const spans = receiver.spans.filter((span) => span.traceId === traceId);
          const ids = new Set(spans.map(({ spanId }) => spanId));
          const roots = spans
            .filter(({ parentSpanId }) => !ids.has(parentSpanId))
            .map(({ service, name, kind }) => ({ service, name, kind }));
          const missing = ['ingest', 'enricher', 'classifier', 'router', 'notifier'].filter((service) =>
            spans.every((span) => span.service !== service),
          );
          return roots.length === 1 && roots[0]?.kind === SERVER_SPAN && missing.length === 0
            ? []
            : [{ traceId, roots, missing }];
        });
        expect(broken).toEqual([]);
      },
      { within: 30_000 },
    );
  });

  it('leaves no address, name or text in any span', () => {
    const telling = receiver.spans
      .map(({ name, attributes }) => JSON.stringify([name, attributes]))
      .filter((span) => /[\w+]@[\w-]+\.|Sender \d|Person \d|sixty people|INV-2231/.test(span));
    expect([...new Set(telling)]).toEqual([]);
  });
});
