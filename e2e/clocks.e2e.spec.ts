import { eventually } from '@sluice/testing';
import type { Stack } from '@sluice/tooling';
import { beforeAll, describe, expect, it } from 'vitest';
import { ask, attachStack, postMail } from './support/attach.ts';

interface Story {
  readonly clock: string;
  readonly status: string;
  readonly result: string | null;
  readonly calendar: string;
  readonly promisedMinutes: number;
  readonly why: readonly object[];
  readonly stretches: readonly { readonly kind: string; readonly because: string }[];
}

let stack: Stack;
const mail = (subject: string): Buffer =>
  Buffer.from(
    [
      'From: Clara Clock <clara@clockwork.example>',
      'To: hello@us.example',
      `Subject: ${subject}`,
      `Message-ID: <${crypto.randomUUID()}@clockwork.example>`,
      'Date: Mon, 05 Jan 2026 09:00:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Could you send us a quote for sixty seats on the enterprise plan, please?',
      '',
    ].join('\r\n'),
  );

const storiesOf = async (inquiryId: string): Promise<readonly Story[]> =>
  (await ask<{ readonly data: readonly Story[] }>(stack, `/v1/inquiries/${inquiryId}/clocks`)).data;
const storyOf = async (inquiryId: string, clock: string): Promise<Story | undefined> =>
  (await storiesOf(inquiryId)).findLast((one) => one.clock === clock);

const command = async (inquiryId: string, body: object): Promise<number> => {
  const answer = await fetch(`${stack.run.services['api']?.[0]?.url}/v1/inquiries/${inquiryId}/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.secrets.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answer.status;
};

beforeAll(async () => {
  stack = attachStack();
  await stack.start();
}, 240_000);

describe('the promises of a mail', () => {
  it('run from its arrival, stand still for a reason, and are kept by an answer that somebody reports', async () => {
    const inquiryId = String((await postMail(stack, mail('Sixty seats'))).body['inquiryId']);
    await eventually(
      async () =>
        expect((await storiesOf(inquiryId)).map(({ clock, status }) => [clock, status]).sort()).toContainEqual([
          'first_human',
          'running',
        ]),
      { within: 60_000 },
    );
    expect(await command(inquiryId, { command: { do: 'pause', reason: 'lunch' } })).toBe(422);
    expect(await command(inquiryId, { command: { do: 'pause', reason: 'waiting-for-customer' } })).toBe(202);
    await eventually(async () => expect((await storyOf(inquiryId, 'first_human'))?.status).toBe('paused'), {
      within: 30_000,
    });
    expect(await command(inquiryId, { command: { do: 'reply' }, why: 'by telephone' })).toBe(202);
    const story = await eventually(
      async () => {
        const one = await storyOf(inquiryId, 'first_human');
        expect(one?.status).toBe('stopped');
        return one;
      },
      { within: 30_000 },
    );
    expect(story).toMatchObject({ result: 'met', why: [] });
    expect(story?.stretches.map(({ kind, because }) => [kind, because])).toEqual([
      ['counted', 'customer-wrote'],
      ['paused', 'waiting-for-customer'],
    ]);
  }, 180_000);
});
