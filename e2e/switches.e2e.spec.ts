import { controlSimulators } from '@sluice/simulators';
import { eventually } from '@sluice/testing';
import type { Stack } from '@sluice/tooling';
import { beforeAll, describe, expect, it } from 'vitest';
import { ask, attachStack, postMail } from './support/attach.ts';

const MAILS = 200;
/** What is promised: nothing leaves later than this after a switch is thrown. */
const OBEYED_WITHIN_MS = 5_000;
/** For so long it is looked at after that. */
const WATCHED_MS = 4_000;

interface Listed {
  readonly switches: readonly {
    readonly switchId: string;
    readonly engaged: boolean;
    readonly changedAt: string;
    readonly changes: readonly { readonly engaged: boolean; readonly by: string; readonly why: string }[];
  }[];
}

let stack: Stack;
const simulators = () => controlSimulators(stack.simulatorsUrl);
const call = async (method: string, path: string, body?: object): Promise<number> => {
  const answer = await fetch(`${stack.run.services['api']?.[0]?.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${stack.secrets.apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answer.status;
};
const stateOf = async (switchId: string) =>
  (await ask<Listed>(stack, '/v1/switches')).switches.find((one) => one.switchId === switchId);

const mail = (number: number): Buffer =>
  Buffer.from(
    [
      `From: Bob <bob-${number}@globex-${number}.example>`,
      'To: hello@sluice.example',
      `Subject: Dashboard ${number} is down`,
      `Message-ID: <${crypto.randomUUID()}@globex.example>`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      `The dashboard ${number} is down since this morning and nobody here can log in. Please help.`,
      '',
    ].join('\r\n'),
  );

beforeAll(async () => {
  stack = attachStack();
  await stack.start();
}, 240_000);

describe('a kill switch', () => {
  it('holds what is on its way within five seconds, and lets it go once when it is released (C-24)', async () => {
    // Slow enough that most are still on their way when the switch is thrown.
    await simulators().setFaults('smtp', { faults: [{ path: 'data', latencyMs: 400 }] });
    const before = (await simulators().journal('smtp')).received;
    for (let from = 0; from < MAILS; from += 20)
      await Promise.all(Array.from({ length: 20 }, (_, at) => postMail(stack, mail(from + at))));
    await eventually(async () => expect((await simulators().journal('smtp')).received).toBeGreaterThan(before + 5), {
      within: 120_000,
    });
    const why = 'a template says too much';
    expect(await call('POST', '/v1/switches', { switchId: 'answers', sinks: ['mail.reply'], why })).toBe(202);
    await eventually(async () => expect(await stateOf('answers')).toMatchObject({ engaged: true }), { within: 30_000 });
    const engagedAt = Date.parse((await stateOf('answers'))?.changedAt ?? '');
    await eventually(async () => expect(Date.now()).toBeGreaterThan(engagedAt + OBEYED_WITHIN_MS + WATCHED_MS), {
      within: OBEYED_WITHIN_MS + WATCHED_MS + 5_000,
    });
    const held = await simulators().journal('smtp');
    expect(held.received - before).toBeLessThan(MAILS);
    const late = held.entries.filter(({ at }) => Date.parse(at) > engagedAt + OBEYED_WITHIN_MS);
    expect(late).toEqual([]);

    await simulators().clearFaults('smtp');
    expect(await call('DELETE', '/v1/switches/answers?why=it%20was%20mended')).toBe(202);
    await eventually(async () => expect((await simulators().journal('smtp')).received).toBe(before + MAILS), {
      within: 120_000,
    });
    const { applied } = await simulators().journal('smtp');
    expect(Object.values(applied).filter((times) => times !== 1)).toEqual([]);
    await eventually(async () => expect((await stateOf('answers'))?.changes).toHaveLength(2), { within: 30_000 });
    expect(await stateOf('answers')).toMatchObject({
      engaged: false,
      changes: [
        { engaged: false, why: 'it was mended' },
        { engaged: true, why },
      ],
    });
  }, 300_000);

  it('is refused with the field that is wrong, and is not released where there is none', async () => {
    expect(await call('POST', '/v1/switches', { switchId: 'Answers!', why: 'x' })).toBe(422);
    expect(await call('POST', '/v1/switches', { switchId: 'answers' })).toBe(422);
    expect(await call('DELETE', '/v1/switches/nobody-threw-it?why=because')).toBe(404);
  });
});
