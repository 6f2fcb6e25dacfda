import { inquiryRaw } from '@sluice/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startIntakeBench, type IntakeBench } from '../testing/intake-bench.ts';

let bench: IntakeBench;
let world: IntakeBench['world'];
let send: IntakeBench['send'];

beforeAll(async () => {
  bench = await startIntakeBench();
  ({ world, send } = bench);
});
afterAll(() => bench.stop());
beforeEach(() => bench.reset());

const lead = (over: object = {}): string =>
  JSON.stringify({
    source: 'web-form',
    eventId: 'e-1',
    contact: { email: 'ada@example.com' },
    text: 'Two hundred seats, please.',
    ...over,
  });

describe('POST /v1/inquiries', () => {
  it('answers 202 once the broker has the record, and says what is known of a repeat', async () => {
    const first = await send('/v1/inquiries', lead());
    const second = await send('/v1/inquiries', lead());
    expect([first.status, first.body['duplicate'], second.body['duplicate']]).toEqual([202, false, true]);
    expect(second.body['inquiryId']).toBe(first.body['inquiryId']);
    expect(world.published.map(({ topic, key }) => [topic, key])).toEqual(
      Array.from({ length: 2 }, () => [inquiryRaw.v1.type, first.body['inquiryId']]),
    );
  });

  it('takes the content for its identity where the source has no event id', async () => {
    const ids = [lead({ eventId: null }), lead({ eventId: null }), lead({ eventId: null, text: 'Another thing.' })];
    const answers = await Promise.all(ids.map((body) => send('/v1/inquiries', body)));
    expect(answers[1]?.body['inquiryId']).toBe(answers[0]?.body['inquiryId']);
    expect(answers[2]?.body['inquiryId']).not.toBe(answers[0]?.body['inquiryId']);
  });

  it('acknowledges nothing while the broker is away', async () => {
    world.brokerIsAway = true;
    const answer = await send('/v1/inquiries', lead());
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect([...world.receipts.values()].filter(({ isAcknowledged }) => isAcknowledged)).toEqual([]);
  });

  it.each([
    { what: 'a wrong signature', body: lead(), headers: { 'x-signature': `sha256=${'0'.repeat(64)}` }, status: 401 },
    { what: 'no JSON', body: '{"source":', headers: {}, status: 400 },
    { what: 'another media type', body: '<lead/>', headers: { 'content-type': 'application/xml' }, status: 415 },
    { what: 'too large a body', body: lead({ text: 'x'.repeat(300_000) }), headers: {}, status: 413 },
  ])('refuses $what with $status', async ({ body, headers, status }) => {
    const answer = await send('/v1/inquiries', body, headers);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      expect.stringContaining('application/problem+json'),
    ]);
    expect(world.published).toHaveLength(0);
  });

  it('names every field that does not fit, with its place', async () => {
    const { status, body } = await send(
      '/v1/inquiries',
      JSON.stringify({ source: 'Web Form', contact: { email: 'nobody', colour: 'red' }, text: 'x', size: 5 }),
    );
    expect(status).toBe(422);
    expect((body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer).sort()).toEqual([
      '/contact/colour',
      '/contact/email',
      '/size',
      '/source',
    ]);
  });

  it('limits a source, and says when to come back', async () => {
    world.left = 0;
    const { status, headers } = await send('/v1/inquiries', lead());
    expect([status, headers.get('retry-after'), headers.get('ratelimit-policy')]).toEqual([
      429,
      '5',
      '"source";q=100;w=60',
    ]);
  });

  it('does a request with an Idempotency-Key once', async () => {
    const first = await send('/v1/inquiries', lead(), { 'idempotency-key': '"k"' });
    const again = await send('/v1/inquiries', lead(), { 'idempotency-key': '"k"' });
    const other = await send('/v1/inquiries', lead({ eventId: 'e-2' }), { 'idempotency-key': '"k"' });
    expect([again.body, other.status, world.published.length]).toEqual([first.body, 422, 1]);
  });

  it('does a mail and a batch with an Idempotency-Key once as well', async () => {
    const key = { 'idempotency-key': 'k' };
    const mail = 'From: a@b.example\r\n\r\nHi';
    const both = async () => [
      await send('/v1/mail', mail, { ...key, 'content-type': 'message/rfc822' }),
      await send('/v1/inquiries:batch', lead(), { ...key, 'content-type': 'application/x-ndjson' }),
    ];
    const [first, again] = [await both(), await both()];
    expect(again.map(({ body }) => body)).toEqual(first.map(({ body }) => body));
    expect(world.published.length).toBe(2);
  });

  it('takes an Idempotency-Key of another source, or by another path, for another key', async () => {
    const key = { 'idempotency-key': 'entry-1' };
    const answers = [
      await send('/v1/inquiries', lead({ source: 'form-a' }), key),
      await send('/v1/inquiries', lead({ source: 'form-b', text: 'The price list, please.' }), key),
      await send('/webhooks/lead', JSON.stringify({ lead_id: 'L-1', name: 'Cy', message: 'The price list?' }), key),
      await send('/v1/inquiries', lead({ source: 'lead-webhook', eventId: 'L-2', text: 'A demo, please.' }), key),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect(new Set(answers.map(({ body }) => body['inquiryId'])).size).toBe(4);
  });

  it('goes on while the database of receipts and answers is away: what is on the log is accepted', async () => {
    world.databaseIsAway = true;
    const answers = [
      await send('/v1/inquiries', lead(), { 'idempotency-key': 'k' }),
      await send('/v1/inquiries', lead({ eventId: null })),
    ];
    expect([answers.map(({ status }) => status), world.published.length]).toEqual([[202, 202], 2]);
  });

  it('answers 413 to the one whose record the log never takes', async () => {
    world.refuses = () => true;
    const { status, body } = await send('/v1/inquiries', lead());
    expect([status, body['title']]).toEqual([413, 'Content too large']);
  });
});

describe('POST /v1/mail', () => {
  const mail =
    'From: a@b.example\r\nMessage-ID: <M1@b.example>\r\nSubject: Hi\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nHello\r\n--x\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF\r\n--x--\r\n';

  it('keeps the mail as it came, and stores its attachments first', async () => {
    const { status } = await send('/v1/mail', mail, { 'content-type': 'message/rfc822' });
    const raw = inquiryRaw.v1.parse(JSON.parse(String(world.published[0]?.value)));
    expect([status, raw.attachments.map(({ filename }) => filename), world.blobs.size]).toEqual([202, ['a.pdf'], 1]);
    expect(raw.content.mail).toEqual({ at: 'inline', base64: Buffer.from(mail).toString('base64') });
  });

  it('is read once: what it says stands in the raw event', async () => {
    await send('/v1/mail', mail, { 'content-type': 'message/rfc822' });
    expect(bench.raw()[0]).toMatchObject({
      contact: { email: 'a@b.example', name: null },
      content: { sourceEventId: 'm1@b.example', subject: 'Hi', text: 'Hello', headers: { messageId: 'm1@b.example' } },
    });
  });

  it('accepts what can not be read: it is dead-lettered later, with its reason', async () => {
    const { status } = await send('/v1/mail', '\u0001\u0002 no mail', { 'content-type': 'message/rfc822' });
    expect([status, bench.raw()[0]?.content]).toEqual([202, expect.objectContaining({ text: null })]);
    expect(bench.raw()[0]?.content.headers).toBeUndefined();
  });
});

describe('POST /v1/inquiries:batch', () => {
  it('reports on each row of NDJSON, and one bad row sinks no other', async () => {
    const rows = [
      lead(),
      '{"source":',
      lead({ eventId: 'e-3', contact: { email: 'nobody' } }),
      lead({ eventId: 'e-4' }),
    ].join('\n');
    const { status, body } = await send('/v1/inquiries:batch', rows, { 'content-type': 'application/x-ndjson' });
    expect([status, body['accepted'], body['refused']]).toEqual([200, 2, 2]);
    expect((body['report'] as { row: number; status: string }[]).map(({ row, status: of }) => `${row} ${of}`)).toEqual([
      '1 accepted',
      '2 refused',
      '3 refused',
      '4 accepted',
    ]);
  });

  it('refuses the one row that the log never takes, and no other', async () => {
    world.refuses = (records) => records.some(({ value }) => String(value).includes('too much'));
    const rows = [lead(), lead({ eventId: 'e-2', text: 'too much' }), lead({ eventId: 'e-3' })].join('\n');
    const { status, body } = await send('/v1/inquiries:batch', rows, { 'content-type': 'application/x-ndjson' });
    expect([status, body['accepted'], body['refused']]).toEqual([200, 2, 1]);
  });

  it('takes CSV with any further column as metadata', async () => {
    const csv =
      '\ufeffeventId;email;text;utm_source\nc-1;eve@example.com;"Please; call me";ad\nc-2;no address;Hello;ad\n';
    const { body } = await send('/v1/inquiries:batch', csv, { 'content-type': 'text/csv', 'x-source': 'import' });
    expect([body['accepted'], body['refused']]).toEqual([1, 1]);
    const raw = inquiryRaw.v1.parse(JSON.parse(String(world.published[0]?.value)));
    expect(raw).toMatchObject({
      source: 'import',
      channel: 'import',
      content: { text: 'Please; call me', metadata: { utm_source: 'ad' } },
    });
  });
});

describe('rows and the rate limit', () => {
  const rows = (count: number): string =>
    Array.from({ length: count }, (_, n) => lead({ source: n % 2 ? 'form-a' : 'form-b', eventId: `row-${n}` })).join(
      '\n',
    );
  const batch = (body: string) => send('/v1/inquiries:batch', body, { 'content-type': 'application/x-ndjson' });

  it('costs a point for each row, whether it fits or not', async () => {
    world.left = 100;
    await batch(`${rows(5)}\n{"source":\n${lead({ contact: { email: 'nobody' } })}`);
    expect(world.left).toBe(93);
    await send('/api/leads/linkedin-import', 'Lead ID,First Name,Email\n1,Ada,a@b.example\n2,Bo,b@b.example\n', {
      'content-type': 'text/csv',
    });
    expect(world.left).toBe(91);
  });

  it('refuses the rows above what their source may send, each with the time to wait, and takes the others', async () => {
    world.left = 3;
    const { status, body } = await batch(rows(6));
    const report = body['report'] as { status: string; errors?: { detail: string }[] }[];
    expect([status, body['accepted'], body['refused']]).toEqual([200, 3, 3]);
    expect(report.at(-1)?.errors?.[0]?.detail).toContain('again in 5 seconds');
  });

  it('is refused whole when nothing of it may come', async () => {
    world.left = 0;
    const { status, headers } = await batch(rows(6));
    expect([status, headers.get('retry-after'), world.published.length]).toEqual([429, '5', 0]);
  });

  it('has no more rows than a batch may have', async () => {
    const { status, body } = await batch(Array.from({ length: 1_002 }, () => '{}').join('\n'));
    expect([status, body['detail']]).toEqual([413, expect.stringContaining('1000 rows')]);
  });
});

describe('the description', () => {
  it('is served, and names every way in', async () => {
    const document = (await (await fetch(`${bench.url}/docs/json`)).json()) as { paths: object };
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/v1/inquiries', '/v1/mail', '/v1/inquiries:batch']),
    );
  });
});
