import { controlSimulators } from '@sluice/simulators';
import { eventually } from '@sluice/testing';
import type { Stack } from '@sluice/tooling';
import { beforeAll, describe, expect, it } from 'vitest';
import { ask, attachStack, postMail } from './support/attach.ts';
import { sendClick, toldOf } from './support/slack.ts';

interface Shown {
  readonly owner: string | null;
  readonly closed: boolean | null;
}
interface Posted {
  readonly blocks?: readonly { readonly type: string; readonly elements?: readonly object[] }[];
}

let stack: Stack;
const journal = () => controlSimulators(stack.simulatorsUrl).journal('slack');
const shown = (inquiryId: string) => ask<Shown>(stack, `/v1/inquiries/${inquiryId}`);

const mail = (): Buffer =>
  Buffer.from(
    [
      'From: Clara <clara@clockwork.example>',
      'To: hello@sluice.example',
      'Subject: Dashboard is down',
      `Message-ID: <${crypto.randomUUID()}@clockwork.example>`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      `The dashboard is down since this morning and nobody here can log in. Please help. ${crypto.randomUUID()}`,
      '',
    ].join('\r\n'),
  );

const formOf = (body: unknown): Posted => {
  const { blocks, ...rest } = body as { readonly blocks?: string | Posted['blocks'] };
  return {
    ...rest,
    blocks: typeof blocks === 'string' ? (JSON.parse(blocks) as NonNullable<Posted['blocks']>) : (blocks ?? []),
  };
};

const BLOCKS = [
  { type: 'header', text: { type: 'plain_text', text: 'support' } },
  { type: 'actions', elements: [] },
];
const click = (given: { action: string; user: string; inquiryId: string; response: string }, secret?: string) =>
  sendClick(stack, { ...given, blocks: BLOCKS }, secret);
const told = (response: string) => toldOf(stack, response);

beforeAll(async () => {
  stack = attachStack();
  await stack.start();
}, 240_000);

describe('the buttons of a message', () => {
  it('claim and close an inquiry for who clicks, and tell who comes later who was first (A-17)', async () => {
    const inquiryId = String((await postMail(stack, mail())).body['inquiryId']);
    await eventually(
      async () => {
        const buttons = (await journal()).entries
          .flatMap(({ body }) => formOf(body).blocks ?? [])
          .filter(({ type }) => type === 'actions')
          .flatMap(({ elements = [] }) => elements);
        expect(buttons).toContainEqual(expect.objectContaining({ action_id: 'claim', value: inquiryId }));
        expect((await shown(inquiryId)).owner).not.toBeNull();
      },
      { within: 60_000 },
    );
    // An outage is the pager's, and nobody else's.
    const [given, first, second] = ['pager', 'U0PAGER00', 'U0MARGARET'];

    expect(await click({ action: 'claim', user: first, inquiryId, response: 'first' })).toBe(200);
    expect(await told('first')).toMatchObject({
      replace_original: true,
      text: expect.stringContaining(`*${given}*`) as unknown,
    });
    expect((await told('first')).blocks?.map(({ type }) => type)).toEqual(['header', 'context']);

    expect(await click({ action: 'claim', user: second, inquiryId, response: 'second' })).toBe(200);
    expect(await told('second')).toMatchObject({ replace_original: false, text: `*${given}* has it.` });

    expect(await click({ action: 'claim', user: 'U0NOBODY0', inquiryId, response: 'stranger' })).toBe(200);
    expect((await told('stranger')).text).toContain('slack: U0NOBODY0');

    expect(await click({ action: 'close', user: first, inquiryId, response: 'closed' })).toBe(200);
    expect((await told('closed')).text).toContain('Closed by');
    expect((await shown(inquiryId)).closed).toBe(true);
  }, 120_000);

  it('are taken from Slack alone', async () => {
    const inquiryId = crypto.randomUUID();
    expect(await click({ action: 'close', user: 'U0PAGER00', inquiryId, response: 'x' }, 'another secret')).toBe(401);
  });
});
