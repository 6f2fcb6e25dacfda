import { createHmac } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { waitWhileMoving, type Stack } from '@sluice/tooling';

/** An inquiry that the intake has answered for. */
export interface Acknowledged {
  readonly inquiryId: string;
  /** What was going wrong when it was sent. */
  readonly round: string;
}

export interface Load {
  /** Names what goes wrong from now on. */
  during(round: string): void;
  readonly acknowledged: readonly Acknowledged[];
  /** Ends when every inquiry begun has been acknowledged. @throws NotThereError when no answer comes any more */
  stop(): Promise<void>;
}

export interface LoadOptions {
  readonly stack: Stack;
  /** Tells the inquiries of this run from those of others. */
  readonly run: string;
  /** People who write, each in one conversation at a time, and wait for the answer before they write again. */
  readonly writers: number;
  /** Between two inquiries of one writer. */
  readonly paceMs: number;
  /** Acknowledged ids are on disk before they count: one line each. */
  readonly file: string;
}

const TIMES = 3;
const MESSAGES_PER_CONVERSATION = 50;
const RETRY_MS = 250;
const PATIENCE = { quietMs: 120_000, sameMs: 300_000 };

/** Sends leads without pause, each three times at once, as often as it takes until one of the three is acknowledged. */
export const startLoad = ({ stack, run, writers, paceMs, file }: LoadOptions): Load => {
  const acknowledged: Acknowledged[] = [];
  const out = openSync(file, 'a');
  let round = 'none';
  let stopping = false;

  const post = async (body: string): Promise<string | null> => {
    const url = stack.run.services['ingest']?.[0]?.url ?? '';
    const signature = createHmac('sha256', stack.secrets.intakeHmac).update(body).digest('hex');
    const answer = await fetch(`${url}/v1/inquiries`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'x-signature': `sha256=${signature}` },
      signal: AbortSignal.timeout(20_000),
    });
    return answer.status === 202 ? ((await answer.json()) as { inquiryId: string }).inquiryId : null;
  };

  const send = async (writer: number, nth: number): Promise<void> => {
    const name = `${run}-${writer}-${nth}`;
    const sentDuring = round;
    const body = JSON.stringify({
      source: 'web-form',
      eventId: name,
      threadId: `${run}-${writer}-${Math.floor(nth / MESSAGES_PER_CONVERSATION)}`,
      subject: 'Integration',
      text: `We would like to connect our CRM, as said under ${name}. [ref:${name}]`,
      contact: { email: `writer${writer}@company-${run}-${writer}.com`, name: `Writer ${writer}`, country: 'US' },
    });
    for (;;) {
      const answers = await Promise.all(Array.from({ length: TIMES }, () => post(body).catch(() => null)));
      const inquiryId = answers.find((one) => one !== null);
      if (inquiryId) {
        writeSync(out, `${inquiryId} ${name} ${sentDuring}\n`);
        fsyncSync(out);
        acknowledged.push({ inquiryId, round: sentDuring });
        return;
      }
      await pause(RETRY_MS);
    }
  };

  const write = async (writer: number): Promise<void> => {
    for (let nth = 0; !stopping; nth += 1) {
      await send(writer, nth);
      await pause(paceMs);
    }
  };

  let writing = writers;
  for (let writer = 0; writer < writers; writer += 1) void write(writer).finally(() => (writing -= 1));
  return {
    acknowledged,
    during(name) {
      round = name;
    },
    async stop() {
      stopping = true;
      await waitWhileMoving(async () => (writing === 0 ? null : `${writing} of ${writers} still wait for an answer`), {
        what: 'every inquiry begun to be acknowledged',
        ...PATIENCE,
      });
      closeSync(out);
    },
  };
};
