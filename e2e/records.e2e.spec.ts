import { controlSimulators, type SimulatorControls } from '@sluice/simulators';
import { eventually } from '@sluice/testing';
import type { Stack } from '@sluice/tooling';
import { beforeAll, describe, expect, it } from 'vitest';
import { ask, attachStack, post, readLog } from './support/attach.ts';
import { sendClick, toldOf } from './support/slack.ts';

interface Effect {
  readonly effectId: string;
  readonly kind: string;
  readonly target: string;
  readonly state: string;
  readonly approveBy: string | null;
  readonly review: { readonly verdict: string; readonly by: string } | null;
  readonly receipt: { readonly reason: string | null; readonly parts?: Readonly<Record<string, string>> } | null;
}
interface Shown {
  readonly effects: readonly Effect[];
}

let stack: Stack;
let simulators: SimulatorControls;
const shown = (inquiryId: string) => ask<Shown>(stack, `/v1/inquiries/${inquiryId}`);

/** A mail of a customer, as the path of document 001E takes it. */
const wrote = async (tag: string): Promise<string> => {
  const messageId = `<${tag}@buyer-${tag}.example>`;
  const raw = Buffer.from(
    [
      `From: Bettina Buyer <bettina@buyer-${tag}.example>`,
      'To: sales@sluice.example',
      `Subject: Quote for 60 seats ${tag}`,
      `Message-ID: ${messageId}`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      `We want to buy 60 seats of your product this quarter; our budget is 40,000 USD a year. Please send a quote and pricing. ${tag}`,
      '',
    ].join('\r\n'),
  );
  const body = JSON.stringify({ message_id: messageId, thread_id: `t-${tag}`, raw: raw.toString('base64url') });
  const answer = await post(stack, '/webhook/email', { type: 'application/json', body });
  expect(answer.status).toBeLessThan(300);
  return eventually(
    async () => {
      const found = (await readLog(stack))
        .get('inquiry.normalized.v1')
        ?.find(({ data }) => JSON.stringify(data).includes(tag));
      if (!found) throw new Error('not normalized yet');
      return String(found.data['inquiryId']);
    },
    { within: 60_000 },
  );
};

const recordOf = async (inquiryId: string): Promise<Effect> => {
  const found = (await shown(inquiryId)).effects.find(({ kind }) => kind === 'crm.upsert');
  if (!found) throw new Error('no record is asked for yet');
  return found;
};
const proposedRecord = (inquiryId: string): Promise<Effect> =>
  eventually(() => recordOf(inquiryId), { within: 60_000 });

const command = (inquiryId: string, what: object): Promise<Response> =>
  fetch(`${stack.run.services['api']?.[0]?.url}/v1/inquiries/${inquiryId}/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.secrets.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ command: what }),
  });

const settled = (inquiryId: string): Promise<Effect> =>
  eventually(
    async () => {
      const record = await recordOf(inquiryId);
      if (record.state === 'requested') throw new Error('not settled yet');
      return record;
    },
    { within: 60_000 },
  );

const BUTTONS = ['approve', 'decline', 'claim', 'close'].map((id) => ({ type: 'button', action_id: id }));

/** Somebody clicks; what they are told. */
const click = async (action: string, given: { user: string; inquiryId: string; response: string }) => {
  const blocks = [{ type: 'actions', elements: BUTTONS }];
  expect(await sendClick(stack, { action, ...given, blocks })).toBe(200);
  return toldOf(stack, given.response);
};

beforeAll(async () => {
  stack = attachStack();
  await stack.start();
  simulators = controlSimulators(stack.simulatorsUrl);
}, 240_000);

describe('a record in the CRM', () => {
  it('is proposed, is made when somebody approves it in Slack, and who comes second is told whose word counted (001E)', async () => {
    const tag = crypto.randomUUID().slice(0, 8);
    const inquiryId = await wrote(tag);
    const proposed = await proposedRecord(inquiryId);
    expect(proposed).toMatchObject({ target: 'hubspot', state: 'requested', approveBy: expect.any(String) as unknown });
    const contactsOf = async () =>
      ((await simulators.objects('hubspot'))['contacts'] ?? []).filter(({ email }) => String(email).includes(tag));
    expect(await contactsOf()).toEqual([]);

    const first = await click('approve', { user: 'U0ADA0000', inquiryId, response: `a-${tag}` });
    expect(first.text).toMatch(/^Approved by \*ada\* .*crm\.upsert \(hubspot\): confirmed/u);
    expect(first.blocks?.[0]?.elements).toEqual([
      { type: 'button', action_id: 'claim' },
      { type: 'button', action_id: 'close' },
    ]);
    const record = await settled(inquiryId);
    expect(record).toMatchObject({ state: 'confirmed', review: { verdict: 'approved', by: 'ada' } });
    expect(Object.keys(record.receipt?.parts ?? {})).toEqual(expect.arrayContaining(['contact', 'deal', 'note']));
    expect(await contactsOf()).toHaveLength(1);
    expect((await simulators.journal('hubspot')).applied[record.effectId]).toBe(1);

    const second = await click('decline', { user: 'U0GRACE00', inquiryId, response: `b-${tag}` });
    expect(second.text).toMatch(/^\*ada\* approved it /u);
  }, 180_000);

  it('is made once when two people approve it at the same moment, and one of them is told whose word counted (T-02)', async () => {
    const tag = crypto.randomUUID().slice(0, 8);
    const inquiryId = await wrote(tag);
    await proposedRecord(inquiryId);
    const answers = await Promise.all(
      ['U0ADA0000', 'U0GRACE00', 'U0ADA0000', 'U0GRACE00'].map((user, at) =>
        click('approve', { user, inquiryId, response: `${at}-${tag}` }),
      ),
    );
    const { effectId, review } = await settled(inquiryId);
    const winner = review?.by ?? '';
    for (const { text } of answers)
      expect(text.startsWith(`Approved by *${winner}*`) || text.startsWith(`*${winner}* approved it`)).toBe(true);
    expect((await simulators.journal('hubspot')).applied[effectId]).toBe(1);
  }, 180_000);

  it('is not made when somebody declines it, and by the API it is the same', async () => {
    const tag = crypto.randomUUID().slice(0, 8);
    const inquiryId = await wrote(tag);
    await proposedRecord(inquiryId);
    expect((await command(inquiryId, { do: 'decline' })).status).toBe(202);
    expect(await settled(inquiryId)).toMatchObject({ state: 'skipped', receipt: { reason: 'declined' } });
    await command(inquiryId, { do: 'approve' });
    await eventually(
      async () => {
        const refused = (await readLog(stack)).get('command.refused.v1')?.map(({ data }) => data);
        expect(refused).toContainEqual(
          expect.objectContaining({ inquiryId, because: expect.stringContaining('declined it at') as unknown }),
        );
      },
      { within: 60_000 },
    );
    expect(
      ((await simulators.objects('hubspot'))['contacts'] ?? []).filter(({ email }) => String(email).includes(tag)),
    ).toEqual([]);
  }, 180_000);
});

describe('a record that the CRM refuses', () => {
  it('is told to whose it is, with what was made before (nothing is lost in silence)', async () => {
    const tag = crypto.randomUUID().slice(0, 8);
    const inquiryId = await wrote(tag);
    await proposedRecord(inquiryId);
    await simulators.setFaults('hubspot', { faults: [{ path: '/objects/notes', method: 'POST', status: 400 }] });
    try {
      await command(inquiryId, { do: 'approve' });
      expect(await settled(inquiryId)).toMatchObject({ state: 'refuted', receipt: { reason: 'http-400' } });
      await eventually(
        async () => {
          const posted = (await simulators.journal('slack')).entries.map(({ body }) => JSON.stringify(body));
          const told = posted.filter((body) => body.includes('record not written') && body.includes(inquiryId));
          expect(told).toHaveLength(1);
          expect(told[0]).toContain('Made before that: contact');
        },
        { within: 60_000 },
      );
    } finally {
      await simulators.clearFaults('hubspot');
    }
  }, 180_000);
});
