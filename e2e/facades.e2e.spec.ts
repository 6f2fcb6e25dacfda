import { eventually } from '@sluice/testing';
import type { Stack } from '@sluice/tooling';
import { beforeAll, describe, expect, it } from 'vitest';
import { ask, attachStack, post, readLog } from './support/attach.ts';

const TAG = crypto.randomUUID().slice(0, 8);
const json = (body: object) => ({ type: 'application/json', body: JSON.stringify(body) });
const rawMail = Buffer.from(
  [
    `From: Edda <edda-${TAG}@facade.example>`,
    `Message-ID: <edda-${TAG}@facade.example>`,
    'Subject: Sixty seats',
    '',
    `How much are sixty seats? (${TAG})`,
    '',
  ].join('\r\n'),
);

/** One lead to each path that a document names, in that document's words. Each is told by its address. */
const leads = [
  {
    path: '/api/leads/intake',
    by: 'ada',
    ...json({
      external_id: `ada-${TAG}`,
      name: 'Ada Lovelace',
      email: `ada-${TAG}@facade.example`,
      message: 'We need two hundred seats this month.',
    }),
  },
  {
    path: '/api/leads/linkedin-import',
    by: 'bea',
    type: 'text/csv',
    body: `First Name,Last Name,URL,Email Address,Company,Position,Connected On\nBea,Byte,https://www.linkedin.com/in/bea-${TAG},bea-${TAG}@facade.example,Bytes,CTO,21 Nov 2026\n`,
  },
  {
    path: '/api/leads/email-hook',
    by: 'cia',
    ...json({
      message_id: `<cia-${TAG}@facade.example>`,
      subject: 'Seats',
      sender: `Cia <cia-${TAG}@facade.example>`,
      snippet: 'Two',
      body: 'Two hundred seats, please.',
    }),
  },
  {
    path: '/webhook/email',
    by: 'edda',
    ...json({ message_id: `<edda-${TAG}@facade.example>`, thread_id: `t-${TAG}`, raw: rawMail.toString('base64url') }),
  },
  {
    path: '/webhook/lead-capture',
    by: 'fay',
    ...json({
      name: 'Fay Doe',
      email: `fay-${TAG}@facade.example`,
      company: 'ACME Corp',
      jobTitle: 'CEO',
      industry: 'Technology',
      companySize: '51-200',
      source: 'referral',
    }),
  },
  {
    path: '/v1/intake/webhook',
    by: 'gil',
    bearer: true,
    ...json({
      event_id: `gil-${TAG}`,
      email: `gil-${TAG}@facade.example`,
      first_name: 'Gil',
      subject: 'Do you integrate with HubSpot?',
      message: 'Curious about price and timeline.',
    }),
  },
  {
    path: '/webhooks/lead',
    by: 'hal',
    ...json({
      lead_id: `hal-${TAG}`,
      name: 'Hal',
      email: `hal-${TAG}@facade.example`,
      country: 'UK',
      message: 'A demo for our whole company, please.',
    }),
  },
];

let stack: Stack;
const idOf = new Map<string, string>();

const idsIn = async (topic: string): Promise<ReadonlySet<string>> =>
  new Set(((await readLog(stack)).get(topic) ?? []).map(({ data }) => String(data['inquiryId'])));

beforeAll(async () => {
  stack = attachStack();
  await stack.start();
  for (const { path, type, body, ...lead } of leads) {
    const answer = await post(stack, path, {
      type,
      body,
      ...('bearer' in lead ? { headers: { authorization: `Bearer ${stack.secrets.apiKey}` } } : {}),
    });
    expect([path, answer.status]).toEqual([path, path.endsWith('import') ? 200 : 202]);
  }
  const raw = (await readLog(stack)).get('inquiry.raw.v1') ?? [];
  for (const { by } of leads) {
    const found = raw.filter(({ data }) => JSON.stringify(data).includes(`${by}-${TAG}@facade.example`));
    expect([by, found.length]).toEqual([by, 1]);
    idOf.set(by, String(found[0]?.data['inquiryId']));
  }
}, 240_000);

describe('a lead that comes by a document’s own path', () => {
  it('is routed, whichever path it came by', async () => {
    await eventually(
      async () => {
        const routed = await idsIn('inquiry.routed.v1');
        expect([...idOf].filter(([, id]) => !routed.has(id))).toEqual([]);
      },
      { within: 90_000 },
    );
  });

  it('is told of where its playbook says so, and shown to who asks for it by the name that it came with', async () => {
    await eventually(async () => expect(await idsIn('effect.settled.v1')).toContain(idOf.get('hal')), {
      within: 60_000,
    });
    const shown = await ask<Readonly<Record<string, unknown>>>(stack, `/admin/leads/hal-${TAG}`);
    expect(JSON.stringify(shown)).toContain(idOf.get('hal'));
  });
});
