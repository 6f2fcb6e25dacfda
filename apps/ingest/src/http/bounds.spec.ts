import { bounds, inquiryRaw } from '@sluice/contracts';
import { loadPlaybooks } from '@sluice/policy/files';
import { stageSpec } from '@sluice/stage/testing';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createInquiryParser } from '../adapters/mime-inquiry-parser.adapter.ts';
import { normalizeInquiry } from '../stages/normalize-inquiry.stage.ts';
import { startIntakeBench, type IntakeBench } from '../testing/intake-bench.ts';

let bench: IntakeBench;

beforeAll(async () => {
  bench = await startIntakeBench();
});
afterAll(() => bench.stop());
beforeEach(() => bench.reset());

const MAIL = { 'content-type': 'message/rfc822' };
/** Far below what a broker takes: later events carry the same again. */
const MOST_BYTES = 700_000;

const form = (over: object): string =>
  JSON.stringify({
    source: 'web-form',
    eventId: 'e-1',
    contact: { email: 'di@example.com' },
    text: 'A demo.',
    ...over,
  });
const only = () => {
  const [raw, ...others] = bench.raw();
  if (!raw || others.length > 0) throw new Error(`there are ${bench.raw().length} raw events`);
  return raw;
};
const wholeOf = (sha256: string | undefined): string => bench.world.blobs.get(sha256 ?? '')?.toString() ?? '';

const parser = createInquiryParser({
  blobs: { put: async () => '', get: async () => null },
  contactSecret: 'a secret of the test',
});
const [loaded] = loadPlaybooks(join(import.meta.dirname, '..', '..', '..', '..', 'playbooks')).playbooks;
if (!loaded) throw new Error('there is no playbook');
const given = stageSpec(normalizeInquiry, loaded.playbook);

/** How large what the stage makes of a raw event is: the next event, and what is remembered. */
const normalizedBytes = async (raw: ReturnType<IntakeBench['raw']>[number]): Promise<number> => {
  const whole = { ...raw, receivedAt: '2026-01-05T09:00:00.000Z' };
  const { outcome } = given(whole).when(await parser.parse(whole, loaded.playbook.intake));
  return Buffer.byteLength(JSON.stringify(outcome));
};

describe('a part that is too long', () => {
  it.each([
    { what: 'a text', body: { text: 'This is the log. '.repeat(5_000) }, field: '/content/text', length: 85_000 },
    { what: 'a subject', body: { subject: 'x'.repeat(1_001) }, field: '/content/subject', length: 1_001 },
    { what: 'a name', body: { contact: { name: 'x'.repeat(256) } }, field: '/contact/name', length: 256 },
    { what: 'a phone', body: { contact: { phone: '1'.repeat(300) } }, field: '/contact/phone', length: 300 },
    {
      what: 'an address',
      body: { contact: { email: `${'x'.repeat(320)}@b.example` } },
      field: '/contact/email',
      length: 330,
    },
    {
      what: "a field's text",
      body: { metadata: { page_url: `https://example.org/?gclid=${'A1b2'.repeat(1_100)}` } },
      field: '/content/metadata/page_url',
      length: 4_427,
    },
    {
      what: "a field's name",
      body: { metadata: { ['q'.repeat(256)]: 'yes' } },
      field: `/content/metadata/${'q'.repeat(251)} […]`,
      length: 256,
    },
    {
      what: 'the number of fields',
      body: { metadata: Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`field-${n}`, n])) },
      field: '/content/metadata',
      length: 150,
    },
    {
      what: 'all fields together',
      body: { metadata: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`field-${n}`, 'x'.repeat(4_000)])) },
      field: '/content/metadata',
      length: 50,
    },
  ])('is cut and said so, and the whole of it is kept: $what', async ({ body, field, length }) => {
    const sent = form(body);
    const { status } = await bench.send('/v1/inquiries', sent);
    const { content } = only();
    expect([status, content.cut]).toEqual([202, [{ field, length }]]);
    expect([content.whole?.mediaType, content.whole?.bytes]).toEqual(['application/json', Buffer.byteLength(sent)]);
    expect(wholeOf(content.whole?.sha256)).toBe(sent);
  });

  it('shows where it was cut, and never in the middle of a character', async () => {
    await bench.send('/v1/inquiries', form({ text: `${'x'.repeat(bounds.text - 5)}😀😀😀` }));
    const text = only().content.text ?? '';
    expect([text.endsWith(' […]'), text.isWellFormed(), text.length <= bounds.text]).toEqual([true, true, true]);
  });

  it('keeps all that is not too long, and needs no blob for it', async () => {
    const body = {
      contact: { phone: '+1 202 555 0101 (only between 9 and 11 in the morning, please, and not on Fridays)' },
      metadata: { [`Which ${'challenges '.repeat(20)}?`.slice(0, 255)]: 'Forecasts', page_url: 'x'.repeat(4_000) },
    };
    expect((await bench.send('/v1/inquiries', form(body))).status).toBe(202);
    expect(only()).toMatchObject({ contact: body.contact, content: { metadata: body.metadata } });
    expect([only().content.cut, bench.world.blobs.size]).toEqual([undefined, 0]);
  });

  it.each([
    { what: 'a source', over: { source: 'x'.repeat(64) }, pointer: '/source' },
    { what: 'an event', over: { eventId: 'x'.repeat(501) }, pointer: '/eventId' },
    { what: 'a thread', over: { threadId: 'x'.repeat(501) }, pointer: '/threadId' },
  ])('refuses an inquiry only where it names $what', async ({ over, pointer }) => {
    const { status, body } = await bench.send('/v1/inquiries', form(over));
    expect([status, (body['errors'] as { pointer: string }[]).map((one) => one.pointer)]).toEqual([422, [pointer]]);
  });

  it.each([
    {
      path: '/webhooks/lead',
      body: { lead_id: 'L-1', page_url: 'x'.repeat(5_000) },
      cut: '/content/metadata/page_url',
    },
    { path: '/webhook/lead-capture', body: { jobTitle: 'x'.repeat(300) }, cut: '/contact/title' },
  ])('is cut at a facade as well: $path', async ({ path, body, cut }) => {
    const { status } = await bench.send(path, JSON.stringify({ email: 'a@b.example', message: 'Hi', ...body }));
    expect([status, only().content.cut?.map(({ field }) => field)]).toEqual([202, [cut]]);
  });

  it('tells two long texts apart that begin alike', async () => {
    const long = (end: string): string => form({ text: `${'x'.repeat(60_000)}${end}` });
    const [first, second] = [
      await bench.send('/v1/inquiries', long('a')),
      await bench.send('/v1/inquiries', long('b')),
    ];
    expect(second.body['inquiryId']).not.toBe(first.body['inquiryId']);
  });
});

describe('a mail', () => {
  it('with a long text lies whole in the blob store, and its event is short', async () => {
    const mail = `From: a@b.example\r\nSubject: ${'x'.repeat(2_000)}\r\n\r\n${'All of it. '.repeat(8_000)}`;
    await bench.send('/v1/mail', mail, MAIL);
    const { content } = only();
    expect(content.cut?.map(({ field }) => field)).toEqual(['/content/subject', '/content/text']);
    expect(content.mail).toMatchObject({ at: 'blob', bytes: mail.length });
    expect(wholeOf(content.mail?.at === 'blob' ? content.mail.sha256 : '')).toBe(mail);
  });

  it('has as many attachments as an event can name, and names that are no longer', async () => {
    const part = (n: number) =>
      `--x\r\nContent-Disposition: attachment; filename="${'n'.repeat(300)}-${n}.pdf"\r\n\r\n${n}\r\n`;
    const parts = Array.from({ length: 150 }, (_, n) => part(n)).join('');
    await bench.send(
      '/v1/mail',
      `From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n${parts}--x--`,
      MAIL,
    );
    const { attachments, content } = only();
    expect([attachments.length, content.cut?.at(-1)]).toEqual([100, { field: '/attachments', length: 150 }]);
    expect(attachments.every(({ filename }) => filename?.length === 255 && filename.endsWith(' […].pdf'))).toBe(true);
  });

  it.each([
    ['a body of the largest size', 'x'.repeat(250_000), 202],
    ['one that is too large', 'x'.repeat(2_000_001), 413],
  ])('has a bound of its own: %s', async (_, text, status) => {
    expect((await bench.send('/v1/mail', `From: a@b.example\r\n\r\n${text}`, MAIL)).status).toBe(status);
  });

  it('may be as large inside of JSON', async () => {
    const raw = Buffer.from(`From: a@b.example\r\n\r\n${'x'.repeat(1_900_000)}`).toString('base64');
    const { status } = await bench.send('/webhook/email', JSON.stringify({ message_id: 'm', thread_id: 't', raw }));
    expect(status).toBe(202);
  });
});

describe('a body', () => {
  it.each(['/v1/inquiries', '/api/leads/intake', '/webhook/lead-capture', '/v1/intake/webhook', '/webhooks/lead'])(
    'of a form is at most 256 KiB: %s',
    async (path) => {
      const { status } = await bench.send(path, form({ text: 'x'.repeat(300_000) }), { authorization: bench.bearer });
      expect([status, bench.world.published.length]).toEqual([413, 0]);
    },
  );

  it('of a batch is larger, and a row is none', async () => {
    const rows = [form({ eventId: '1' }), form({ eventId: '2', text: 'x'.repeat(300_000) }), form({ eventId: '3' })];
    const { body } = await bench.send('/v1/inquiries:batch', rows.join('\n'), {
      'content-type': 'application/x-ndjson',
    });
    expect([body['accepted'], body['refused']]).toEqual([2, 1]);
  });

  it.each([
    ['quotes', '"'],
    ['letters of three bytes', '中'],
    ['emoji', '😀'],
    ['control characters', '\u0001'],
  ])('makes no large event, whatever it is full of: %s', async (_, letter) => {
    const many = (most: number): string => letter.repeat(most).slice(0, most);
    const fields = Array.from({ length: 120 }, (_, n) => [`${n}${many(250)}`, many(500)] as const);
    const body = new URLSearchParams({
      message: many(9_000),
      name: many(300),
      ...Object.fromEntries(fields),
    }).toString();
    const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await bench.send('/api/leads/intake', body.slice(0, 262_144), urlencoded)).status).toBe(202);
    const plain = 'From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n';
    const quoted = Array.from({ length: 20_000 }, (_, n) => (n % 2 ? `> ${letter}` : `${letter} ${n}`)).join('\n');
    for (const mail of [`${plain}${many(80_000)}`, `${plain}${quoted}`, `${plain}${many(40_000)}\n`.slice(0, 261_000)])
      expect((await bench.send('/v1/mail', mail, MAIL)).status).toBe(202);
    expect(Math.max(...bench.world.published.map(({ value }) => value?.length ?? 0))).toBeLessThan(MOST_BYTES);
    for (const raw of bench.raw()) expect(await normalizedBytes(raw)).toBeLessThan(MOST_BYTES);
  });
});

describe('text that no later step could store', () => {
  const BAD = 'a\u0000b\ud800c\ufffe';
  const isClean = (value: unknown): boolean =>
    JSON.stringify(value).isWellFormed() && !/\\u0000|\\ud[89a-f]/iu.test(JSON.stringify(value));

  it('is mended wherever it stands in a form', async () => {
    const contact = { name: BAD, phone: BAD, title: BAD, company: BAD, website: BAD, country: BAD };
    const { status } = await bench.send(
      '/v1/inquiries',
      form({ eventId: BAD, threadId: BAD, contact, subject: BAD, text: BAD, metadata: { [BAD]: BAD } }),
    );
    expect([status, isClean(bench.raw())]).toEqual([202, true]);
    expect(only().content).toMatchObject({ text: 'ab\ufffdc\ufffe', sourceEventId: 'ab\ufffdc\ufffe' });
  });

  it('is mended in what a form of another kind, a row and a mail say', async () => {
    await bench.send('/api/leads/intake', 'external_id=a%00b&name=A%00da&message=Hel%00lo&x%00=y%00', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    await bench.send('/v1/inquiries:batch', `source,email,text\nimport,a@b.example,"Hel\u0000lo"\n`, {
      'content-type': 'text/csv',
    });
    await bench.send(
      '/v1/mail',
      'From: "A\u0000" <a@b.example>\r\nSubject: =?utf-8?B?YQBi?=\r\nMessage-ID: <a\u0000b@x>\r\nContent-Type: text/html\r\n\r\n<p>a&#0;b&#xD800;c</p>',
      MAIL,
    );
    const answer = await bench.send('/webhooks/lead', JSON.stringify({ lead_id: BAD, message: 'Hi' }), {
      'idempotency-key': 'k',
    });
    expect([bench.raw().length, isClean(bench.raw()), isClean(answer.body)]).toEqual([4, true, true]);
    for (const { value } of bench.world.published) inquiryRaw.v1.parse(JSON.parse(String(value)));
  });
});

describe('an empty field', () => {
  it('is no field', async () => {
    const contact = { email: '', name: 'Ann Poe', phone: '+1 202 555 0101' };
    expect((await bench.send('/v1/inquiries', form({ contact }))).status).toBe(202);
    expect((await bench.send('/webhooks/lead', JSON.stringify({ lead_id: '1', name: 'A', email: '' }))).status).toBe(
      422,
    );
    expect(
      (await bench.send('/webhooks/lead', JSON.stringify({ lead_id: '2', email: ' ', message: 'Call me' }))).status,
    ).toBe(202);
    expect(bench.raw().map((raw) => raw.contact.email)).toEqual([null, null]);
  });
});

it.each(["sean.o'neill@example.com", 'a&b@example.com', 'r/d#1@example.com', 'jane+trial=2@example.com'])(
  'takes an address that browsers take: %s',
  async (email) => {
    expect((await bench.send('/v1/inquiries', form({ contact: { email } }))).status).toBe(202);
  },
);
