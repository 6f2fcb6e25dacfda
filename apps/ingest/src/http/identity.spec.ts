import { uuidV5 } from '@sluice/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startIntakeBench, type IntakeBench } from '../testing/intake-bench.ts';

let bench: IntakeBench;

beforeAll(async () => {
  bench = await startIntakeBench();
});
afterAll(() => bench.stop());
beforeEach(() => bench.reset());

const cancellation = {
  source: 'returns-form',
  eventId: 'e-1',
  contact: { email: 'jane@example.com' },
  subject: 'Cancellation',
  text: 'Please cancel this order and refund me.',
  metadata: { order: '1001' },
};
type Over = Partial<Omit<typeof cancellation, 'metadata' | 'eventId'>> & {
  readonly metadata?: object;
  readonly eventId?: string | null;
  readonly threadId?: string;
};

const idOf = async (over: Over = {}): Promise<unknown> =>
  (await bench.send('/v1/inquiries', JSON.stringify({ ...cancellation, ...over }))).body['inquiryId'];
const later = (minutes: number): void => {
  bench.world.now = () => new Date(Date.parse('2026-01-05T09:00:30.000Z') + minutes * 60_000).toISOString();
};

describe('what has an id of its own', () => {
  it.each([
    { what: 'who wrote', over: { contact: { email: 'john@example.com' } } },
    { what: 'the subject', over: { subject: 'Another cancellation' } },
    { what: 'the text', over: { text: 'Please cancel this order, too, and refund me.' } },
    { what: 'a field', over: { metadata: { order: '1002' } } },
    { what: 'the thread', over: { threadId: 't-1' } },
    { what: 'the id', over: { eventId: 'e-2' } },
  ])('is another inquiry where $what differs', async ({ over }) => {
    const [first, other, again] = [await idOf(), await idOf(over), await idOf(over)];
    expect(other).not.toBe(first);
    expect(again).toBe(other);
    expect(await idOf()).toBe(first);
  });

  it.each([
    { what: 'white space', over: { text: ' Please cancel this order\r\nand  refund me. ' } },
    { what: 'a timestamp', over: { metadata: { order: '1001', timestamp: '2026-01-05T10:00:00Z' } } },
    { what: 'the try', over: { metadata: { order: '1001', retry_count: 3, 'Delivery-Attempt': 2 } } },
    { what: 'the id of the delivery', over: { metadata: { order: '1001', delivery_id: 'd-7' } } },
    { what: 'the case of an address', over: { contact: { email: 'Jane@Example.com' } } },
  ])('is the same however $what comes', async ({ over }) => {
    expect(await idOf(over)).toBe(await idOf());
  });

  it('is the same however a structure within it says when it was sent', async () => {
    const sent = (attempt: number, order: string) =>
      idOf({ metadata: { delivery: JSON.stringify({ attempt, sent_at: `0${attempt}:00`, lines: [{ order }] }) } });
    expect(await sent(2, '1001')).toBe(await sent(1, '1001'));
    expect(await sent(2, '1002')).not.toBe(await sent(1, '1001'));
    expect(await idOf({ metadata: { deep: '['.repeat(100_000) + ']'.repeat(100_000) } })).toBeTypeOf('string');
  });

  it('is known by it to who asks later: its id is made of brand, source and the id', async () => {
    expect(await idOf()).toBe(uuidV5('default', 'returns-form', 'e-1'));
  });
});

describe('what has none', () => {
  const unnamed = { eventId: null } as const;

  it('is the same again within the window, and another inquiry after it', async () => {
    later(0);
    const first = await idOf(unnamed);
    for (const minutes of [1, 9.9, 10]) {
      later(minutes);
      expect(await idOf(unnamed)).toBe(first);
    }
    later(10.1);
    expect(await idOf(unnamed)).not.toBe(first);
  });

  it('goes by the clock alone while the database of receipts is away: the stage tells what that leaves', async () => {
    bench.world.databaseIsAway = true;
    later(0);
    const first = await idOf(unnamed);
    later(9);
    expect(await idOf(unnamed)).toBe(first);
    later(10);
    expect(await idOf(unnamed)).not.toBe(first);
  });

  it('differs by any field, by the id of a delivery too', async () => {
    const ids = [
      await idOf(unnamed),
      await idOf({ ...unnamed, metadata: { order: '1002' } }),
      await idOf({ ...unnamed, metadata: { order: '1001', delivery_id: 'd-7' } }),
    ];
    expect(new Set(ids).size).toBe(3);
    expect(await idOf({ ...unnamed, metadata: { order: '1001', sent_at: 'now' } })).toBe(ids[0]);
  });

  it('is never a repeat where the playbook has no window', async () => {
    bench.world.windowMinutes = 0;
    expect(await idOf(unnamed)).not.toBe(await idOf(unnamed));
  });

  it('differs by ids that its source is not told apart by', async () => {
    const entry = (external_id: string) =>
      bench.send(
        '/v1/intake/webhook',
        JSON.stringify({ event_id: 'e', email: 'a@b.example', message: 'Hi', external_id }),
        {
          authorization: bench.bearer,
        },
      );
    const [first, second] = [await entry('1'), await entry('2')];
    expect(second.body['inquiryId']).not.toBe(first.body['inquiryId']);
    expect(bench.raw().map(({ content }) => content.metadata)).toEqual([{ external_id: '1' }, { external_id: '2' }]);
  });
});

describe('a mail', () => {
  const mail = ({ text = 'Order 1001.', subject = 'Order', more = '', attachment = 'a' } = {}): Buffer =>
    Buffer.from(
      [
        ...(more === '' ? [] : [more]),
        'From: Shop <orders@example.com>',
        `Subject: ${subject}`,
        'Message-ID: <fixed@device.example>',
        'Content-Type: multipart/mixed; boundary=x',
        '',
        `--x\r\nContent-Type: text/plain\r\n\r\n${text}`,
        `--x\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n${attachment}`,
        '--x--\r\n',
      ].join('\r\n'),
    );
  const post = async (of: Parameters<typeof mail>[0] = {}): Promise<unknown> =>
    (await bench.send('/v1/mail', mail(of), { 'content-type': 'message/rfc822' })).body['inquiryId'];

  it.each([
    { what: 'text', of: { text: 'Order 1002: cancel.' } },
    { what: 'subject', of: { subject: 'Order 1002' } },
    { what: 'attachment', of: { attachment: 'b' } },
  ])('with another $what under the same Message-ID is another', async ({ of }) => {
    expect(await post(of)).not.toBe(await post());
  });

  it('that comes once more is the same, whatever headers it got on its way', async () => {
    expect(await post({ more: 'Received: from b by c; Mon, 5 Jan 2026 09:00:00 +0000\r\nX-Spam-Score: 1' })).toBe(
      await post(),
    );
  });

  it('whose id came first is what that id stands for, and another under the same id is another', async () => {
    const ids = { message_id: '18c2f', thread_id: 't-2' };
    const told = async (over: object) =>
      (await bench.send('/webhook/email', JSON.stringify({ ...ids, ...over }))).body['email_id'];
    const [named, whole, again, other] = [
      await told({}),
      await told({ subject: 'Hi', body_text: 'Hello.' }),
      await told({ subject: 'Hi', body_text: 'Hello.' }),
      await told({ subject: 'Hi', body_text: 'Goodbye.' }),
    ];
    expect([whole, again]).toEqual([named, named]);
    expect(other).not.toBe(named);
  });
});
