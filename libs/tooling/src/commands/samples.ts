import { createHmac, randomUUID } from 'node:crypto';
import type { RunFile } from '../stack/run-file.ts';

interface Sample {
  readonly path: string;
  readonly type: string;
  readonly body: string;
  readonly shown: string;
}

/** Tells the samples of one start from those of another: the same words twice would be a repeat. */
const run = randomUUID().slice(0, 8);

const lead = (shown: string, body: { readonly text: string; readonly [field: string]: unknown }): Sample => ({
  shown,
  path: '/v1/inquiries',
  type: 'application/json',
  body: JSON.stringify({
    source: 'web-form',
    eventId: `sample-${run}-${shown.length}`,
    ...body,
    text: `${body.text} (sample ${run})`,
  }),
});

const mail = (
  shown: string,
  { from, subject, text }: { readonly from: string; readonly subject: string; readonly text: string },
): Sample => ({
  shown,
  path: '/v1/mail',
  type: 'message/rfc822',
  body: [
    `From: ${from}`,
    'To: hello@sluice.example',
    `Subject: ${subject}`,
    `Message-ID: <${randomUUID()}@sample.example>`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    `Sample ${run}.`,
    '',
    text,
    '',
  ].join('\r\n'),
});

/** What a newcomer sees first: leads and mails of the kinds that people write. */
export const samples = (): readonly Sample[] => [
  lead('chief executive who wants a demo', {
    contact: { email: 'jane@acme-robotics.com', name: 'Jane Doe', title: 'CEO', country: 'US' },
    subject: 'CRM integration',
    text: 'We need a CRM integration for 200 seats this month. The budget is approved; please show us a demo.',
    metadata: { budget_usd: 25000 },
  }),
  lead('student who is curious', {
    contact: { email: 'sam@gmail.com', name: 'Sam' },
    subject: 'Hello',
    text: 'I am writing a paper for university and would like to learn how this kind of software works.',
  }),
  lead('sender with a throwaway address', {
    contact: { email: 'x@mailinator.com' },
    subject: 'pricing',
    text: 'Send me your pricing and a demo right now, I want to see everything you have.',
  }),
  mail('customer whose dashboard is down', {
    from: 'Bob <bob@globex.com>',
    subject: 'Dashboard is down',
    text: 'Hello,\n\nthe dashboard is down since this morning and nobody here can log in. Please help.\n\n-- \nBob',
  }),
  mail('invoice that was charged twice', {
    from: 'accounts@initech.com',
    subject: 'Invoice INV-2231',
    text: 'Invoice INV-2231 was charged twice last week. Please refund one of the two payments.',
  }),
  mail('letter from a lawyer', {
    from: 'office@lawfirm.example',
    subject: 'Breach of contract',
    text: 'Our attorney will contact you about the breach of contract of your supplier agreement.',
  }),
];

/**
 * Sent before the samples, so that what they take is what an inquiry takes and not what a start does: every stage has compiled its
 * way, opened its connections and begun its first transaction. Of nobody that a sample knows.
 */
export const warmUp = (): Sample =>
  lead('the first inquiry after the start', {
    contact: { email: 'robin@first-after-start.example', name: 'Robin', title: 'Head of Sales', country: 'US' },
    subject: 'First inquiry after the start',
    text: 'We need a CRM integration for 40 seats this quarter. Please show us a demo.',
  });

export interface Sent {
  readonly shown: string;
  readonly inquiryId: string;
  readonly at: number;
}

/** Sends one sample as a sender of ours would, signed. @throws Error with the answer when it is not taken in. */
export const send = async ({ path, type, body, shown }: Sample, run: RunFile): Promise<Sent> => {
  const url = run.services['ingest']?.[0]?.url ?? '';
  const signature = createHmac('sha256', run.secrets.intakeHmac).update(body).digest('hex');
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': type, 'x-signature': `sha256=${signature}` },
  });
  if (answer.status !== 202) throw new Error(`sending a sample: ${answer.status} ${await answer.text()}`);
  const { inquiryId } = (await answer.json()) as { inquiryId: string };
  return { shown, inquiryId, at: Date.now() };
};
