import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startIntakeBench, type IntakeBench } from '../../testing/intake-bench.ts';

let bench: IntakeBench;

beforeAll(async () => {
  bench = await startIntakeBench();
});
afterAll(() => bench.stop());
beforeEach(() => bench.reset());

const UNSIGNED = { 'x-signature': '' };
const CSV =
  'First Name,Last Name,URL,Email Address,Company,Position,Connected On\nAda,Lovelace,https://www.linkedin.com/in/ada,ada@example.com,Analytical Engines,CTO,21 Nov 2026\n';
/** As programs write it: a shorter boundary is refused by the platform's own reader. */
const BOUNDARY = '------------------------d74496d66958873e';
const upload = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="Connections.csv"\r\nContent-Type: text/csv\r\n\r\nNotes:\n"When exporting your connection data, ..."\n\n${CSV}\r\n--${BOUNDARY}--\r\n`;

/** One row per path of a document: what it is sent there as the document says, and what the log then has. */
const rows = [
  {
    box: 'B-07',
    path: '/api/leads/intake',
    status: 202,
    answer: { duplicate: false, lead_id: 'wp-17' },
    body: {
      external_id: 'wp-17',
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      phone: '+44 20 7946 0018',
      product_interest: 'routing',
      message: 'Two hundred seats.',
      utm_source: 'ad',
      page_url: 'https://example.com/contact',
    },
    raw: {
      source: 'leads-intake',
      channel: 'form',
      contact: { name: 'Ada Lovelace', phone: '+44 20 7946 0018' },
      content: {
        sourceEventId: 'wp-17',
        text: 'Two hundred seats.',
        metadata: { utm_source: 'ad', page_url: 'https://example.com/contact', product_interest: 'routing' },
      },
    },
  },
  {
    box: 'B-07 as a form',
    path: '/api/leads/intake',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 202,
    answer: { duplicate: false, lead_id: '9' },
    body: 'entry_id=9&first_name=Ada&last_name=Lovelace&email=ada%40example.com&comments=Hello+there',
    raw: {
      contact: { name: 'Ada Lovelace', email: 'ada@example.com' },
      content: { sourceEventId: '9', text: 'Hello there' },
    },
  },
  {
    box: 'B-08',
    path: '/api/leads/linkedin-import',
    headers: { 'content-type': 'text/csv' },
    body: CSV,
    status: 200,
    answer: { rows: 1, accepted: 1, refused: 0 },
    raw: {
      source: 'linkedin-import',
      channel: 'import',
      contact: { name: 'Ada Lovelace', title: 'CTO', company: 'Analytical Engines' },
      content: { sourceEventId: 'https://www.linkedin.com/in/ada', metadata: { 'Connected On': '21 Nov 2026' } },
    },
  },
  {
    box: 'B-08 as an upload',
    path: '/api/leads/linkedin-import',
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: upload,
    status: 200,
    answer: { rows: 1, accepted: 1 },
    raw: { contact: { email: 'ada@example.com' }, content: { sourceEventId: 'https://www.linkedin.com/in/ada' } },
  },
  {
    box: 'B-09',
    path: '/api/leads/email-hook',
    status: 202,
    answer: { duplicate: false, mail: 'received' },
    body: {
      message_id: '<M1@mail.example>',
      subject: 'Größe',
      sender: 'Ada Lovelace <ada@example.com>',
      snippet: 'Two hundred',
      body: 'Two hundred seats.',
      attachments: [{ name: 'plan.pdf', size: 12 }],
    },
    raw: {
      source: 'email-hook',
      channel: 'mail',
      content: { sourceEventId: 'm1@mail.example', metadata: { attachments: '[{"name":"plan.pdf","size":12}]' } },
    },
  },
  {
    box: 'E-01',
    path: '/webhook/email',
    status: 202,
    answer: { duplicate: false, mail: 'received' },
    body: {
      message_id: '<M2@mail.example>',
      thread_id: 't-1',
      raw: Buffer.from('From: a@b.example\r\nMessage-ID: <M2@mail.example>\r\nSubject: Hi\r\n\r\nHello').toString(
        'base64url',
      ),
    },
    raw: {
      source: 'email-webhook',
      channel: 'mail',
      content: { sourceEventId: 'm2@mail.example+t-1', threadId: 't-1' },
    },
  },
  {
    box: 'E-01 by its id',
    path: '/webhook/email',
    status: 202,
    answer: { duplicate: false, mail: 'awaited' },
    body: { message_id: '18c2f', thread_id: 't-2' },
    raw: { channel: 'mail', content: { sourceEventId: '18c2f+t-2', mail: null, text: null } },
  },
  {
    box: 'L-04',
    path: '/webhook/lead-capture',
    headers: UNSIGNED,
    status: 202,
    answer: { duplicate: false },
    body: {
      name: 'John Doe',
      email: 'john.doe@example.com',
      phone: '123-456-7890',
      company: 'ACME Corp',
      jobTitle: 'CEO',
      industry: 'Technology',
      companySize: '50',
      source: 'referral',
    },
    raw: {
      source: 'lead-capture',
      contact: { name: 'John Doe', title: 'CEO', company: 'ACME Corp' },
      content: { metadata: { industry: 'Technology', companySize: '50', source: 'referral' } },
    },
  },
  {
    box: 'R-01',
    path: '/v1/intake/webhook',
    headers: { ...UNSIGNED, authorization: 'Bearer change-me-very-secret' },
    status: 202,
    answer: { duplicate: false, lead_id: 'evt_123' },
    body: {
      event_id: 'evt_123',
      email: 'prospect@example.com',
      first_name: 'Jordan',
      subject: 'Do you integrate with HubSpot?',
      message: 'Curious about price and timeline.',
      metadata: { plan: 'pro', seats: 3 },
    },
    raw: {
      source: 'intake-webhook',
      contact: { email: 'prospect@example.com', name: 'Jordan' },
      content: {
        sourceEventId: 'evt_123',
        subject: 'Do you integrate with HubSpot?',
        metadata: { plan: 'pro', seats: 3 },
      },
    },
  },
  {
    box: 'V-02',
    path: '/webhooks/lead',
    status: 202,
    answer: { duplicate: false, lead_id: 'L-001' },
    body: { lead_id: 'L-001', name: 'Ada', email: 'ada@example.com', country: 'UK', message: 'A demo, please.' },
    raw: {
      source: 'lead-webhook',
      contact: { country: 'UK' },
      content: { sourceEventId: 'L-001', text: 'A demo, please.' },
    },
  },
].map(({ body, headers = {}, ...row }) => ({
  ...row,
  headers: headers as Readonly<Record<string, string>>,
  body: typeof body === 'string' ? body : JSON.stringify(body),
}));

describe('a path of a document', () => {
  it.each(rows)('$box: POST $path', async ({ path, headers, body, status, answer, raw }) => {
    const first = await bench.send(path, body, headers);
    expect([first.status, first.body]).toEqual([status, expect.objectContaining(answer)]);
    expect(bench.raw()).toEqual([expect.objectContaining({ brand: 'default' })]);
    expect(bench.raw()[0]).toMatchObject(raw);
  });

  it.each(rows)('$box: the same again is the same inquiry ($path)', async ({ path, headers, body }) => {
    await bench.send(path, body, headers);
    await bench.send(path, body, headers);
    const [first, second] = bench.raw();
    expect(second).toEqual(first);
    expect(bench.world.receipts.size).toBe(1);
  });

  it.each(rows)('$box: is not there for a playbook that does not list it ($path)', async ({ path, headers, body }) => {
    const { playbookFor } = bench.world;
    bench.world.playbookFor = (source) => ({ ...playbookFor(source), facades: [] });
    const { status, headers: of, body: problem } = await bench.send(path, body, headers);
    expect([status, of.get('content-type'), problem['status']]).toEqual([
      404,
      expect.stringContaining('application/problem+json'),
      404,
    ]);
    expect(bench.raw()).toEqual([]);
  });

  it.each(rows.filter(({ path }) => path !== '/webhook/lead-capture'))(
    '$box: refuses who does not show who it is ($path)',
    async ({ path, headers, body }) => {
      const { status, headers: of } = await bench.send(path, body, {
        ...headers,
        'x-signature': '',
        authorization: '',
      });
      expect([status, of.get('www-authenticate')]).toEqual([401, expect.stringMatching(/Bearer|Signature/) as string]);
      expect(bench.raw()).toEqual([]);
    },
  );

  it.each(rows)(
    '$box: acknowledges nothing while the broker is away, limits its source, and honours an Idempotency-Key ($path)',
    async ({ path, headers, body, status, answer }) => {
      bench.world.brokerIsAway = true;
      expect((await bench.send(path, body, headers)).status).toBe(503);
      bench.world.brokerIsAway = false;
      const once = { ...headers, 'idempotency-key': '"k"' };
      const [first, again] = [await bench.send(path, body, once), await bench.send(path, body, once)];
      expect([first.status, again.body, bench.raw().length]).toEqual([status, first.body, 1]);
      expect(first.body).toMatchObject(answer);
      bench.world.left = 0;
      expect((await bench.send(path, body, headers)).status).toBe(429);
    },
  );

  it.each(rows)('$box: stands in the description ($path)', async ({ path, status }) => {
    const { paths } = (await (await fetch(`${bench.url}/docs/json`)).json()) as {
      paths: Readonly<Record<string, { post: { responses: object; requestBody: { content: object } } }>>;
    };
    expect(Object.keys(paths[path]?.post.responses ?? {})).toEqual(
      expect.arrayContaining([String(status), '401', '404', '422']),
    );
  });
});

describe('what comes in at a facade', () => {
  it('is one inquiry, whether the mail or its id alone comes first', async () => {
    const ids = { message_id: '18c2f', thread_id: 't-2' };
    const [named, whole] = [
      await bench.send('/webhook/email', JSON.stringify(ids)),
      await bench.send('/webhook/email', JSON.stringify({ ...ids, subject: 'Hi', body_text: 'Hello.' })),
    ];
    expect([named.body['mail'], whole.body['mail'], whole.body['email_id']]).toEqual([
      'awaited',
      'received',
      named.body['email_id'],
    ]);
  });

  it('is the raw event that /v1 would have made of it', async () => {
    await bench.send(
      '/webhooks/lead',
      JSON.stringify({
        lead_id: 'L-1',
        name: 'Ada',
        email: 'ada@example.com',
        message: 'A demo, please.',
        budget_usd: 9000,
      }),
    );
    await bench.send(
      '/v1/inquiries',
      JSON.stringify({
        source: 'lead-webhook',
        eventId: 'L-1',
        contact: { name: 'Ada', email: 'ada@example.com' },
        text: 'A demo, please.',
        metadata: { budget_usd: 9000 },
      }),
    );
    const [facade, canonical] = bench.raw();
    expect(facade).toEqual(canonical);
    expect(bench.world.published.map(({ key }) => key)).toEqual([facade?.inquiryId, facade?.inquiryId]);
  });

  it('is the mail that its fields are of', async () => {
    await bench.send(
      '/api/leads/email-hook',
      JSON.stringify({
        subject: 'Größe\r\nBcc: all@example.com',
        sender: 'Ada <ada@example.com>',
        body: 'Zwölf Plätze.',
      }),
    );
    const mail = bench.raw()[0]?.content.mail;
    const text = Buffer.from(mail?.at === 'inline' ? mail.base64 : '', 'base64').toString();
    expect(
      text
        .split('\r\n\r\n')[0]
        ?.split('\r\n')
        .map((line) => line.split(':')[0]),
    ).toEqual(['From', 'Subject', 'MIME-Version', 'Content-Type', 'Content-Transfer-Encoding']);
    expect(Buffer.from(text.split('\r\n\r\n')[1] ?? '', 'base64').toString()).toBe('Zwölf Plätze.');
  });

  it('may be signed with the digest alone, as document 000 writes it', async () => {
    const body = JSON.stringify({ name: 'Ada', message: 'Hello there.' });
    const bare = (secret: string) => ({ 'x-signature': createHmac('sha256', secret).update(body).digest('hex') });
    expect((await bench.send('/api/leads/intake', body, bare('of the sender'))).status).toBe(202);
    expect((await bench.send('/api/leads/intake', body, bare('of a stranger'))).status).toBe(401);
  });

  it.each([
    ['50', '50'],
    ['51-200', '51-200'],
    ['200+', '200+'],
    ['1,000', '1,000'],
    [75, 75],
  ])('has the company size as it was given: %s', async (companySize, kept) => {
    await bench.send('/webhook/lead-capture', JSON.stringify({ email: 'a@b.example', companySize }), UNSIGNED);
    expect(bench.raw()[0]?.content.metadata).toEqual({ companySize: kept });
  });

  it('has all values of a field that was sent more than once, and bears a field that is too deep for any', async () => {
    await bench.send('/webhook/lead-capture', 'email=a%40b.example&topic=seats&topic=price', {
      ...UNSIGNED,
      'content-type': 'application/x-www-form-urlencoded',
    });
    const deep = `{"email":"a@b.example","tree":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect((await bench.send('/webhook/lead-capture', deep, UNSIGNED)).status).toBe(202);
    expect(bench.raw().map(({ content }) => Object.entries(content.metadata))).toEqual([
      [['topic', 'seats, price']],
      [['tree', '[too deep]']],
    ]);
  });

  it('may be nothing but a way to reach somebody', async () => {
    expect(
      (await bench.send('/webhook/lead-capture', JSON.stringify({ name: 'Ada', email: 'ada@example.com' }), UNSIGNED))
        .status,
    ).toBe(202);
  });

  it.each([
    { path: '/v1/intake/webhook', body: { email: 'nobody' }, pointers: ['/email', '/event_id', '/message'] },
    { path: '/webhook/lead-capture', body: { email: 'nobody', jobTitle: {} }, pointers: ['/email', '/jobTitle'] },
    {
      path: '/webhooks/lead',
      body: { lead_id: 'x'.repeat(501), email: 'a@b.example' },
      pointers: ['/lead_id'],
    },
    { path: '/webhooks/lead', body: {}, pointers: ['/text'] },
    { path: '/webhook/email', body: { thread_id: 't' }, pointers: ['/message_id'] },
    { path: '/api/leads/email-hook', body: { sender: 'a@b.example' }, pointers: ['/body'] },
  ])('is refused by the names its sender gave: $pointers at $path', async ({ path, body, pointers }) => {
    const { status, body: problem } = await bench.send(path, JSON.stringify(body), { authorization: bench.bearer });
    expect([status, (problem['errors'] as { pointer: string }[]).map(({ pointer }) => pointer).sort()]).toEqual([
      422,
      pointers,
    ]);
  });
});
