import { createHmac } from 'node:crypto';
import { eventTopics, deadLetterTopics } from '@sluice/contracts';
import type { ConsumedRecord } from '@sluice/stage';
import { Stack } from '@sluice/tooling';
import { createRegistryCodec, readRecords } from '@sluice/transport';

/** What `npm test` tells the end-to-end tests. @throws Error where they were started otherwise */
export const required = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the end-to-end tests with \`npm test\``);
  return value;
};

/** The stack that `npm test` gave us servers for. Its services are started by the first test that needs them. */
export const attachStack = (environment: Readonly<Record<string, string>> = {}): Stack =>
  new Stack({ root: required('SLUICE_CHECKOUT'), dir: required('SLUICE_TEST_STACK'), environment, addresses: null });

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends as a sender of ours would, signed over the raw bytes. */
export const post = async (
  stack: Stack,
  path: string,
  {
    type,
    body,
    headers = {},
  }: { readonly type: string; readonly body: Buffer | string; readonly headers?: Readonly<Record<string, string>> },
): Promise<Answer> => {
  const url = stack.run.services['ingest']?.[0]?.url ?? '';
  const signature = createHmac('sha256', stack.secrets.intakeHmac).update(body).digest('hex');
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    body: Buffer.from(body),
    headers: { 'content-type': type, 'x-signature': `sha256=${signature}`, ...headers },
  });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
};

export const postLead = (stack: Stack, body: object): Promise<Answer> =>
  post(stack, '/v1/inquiries', { type: 'application/json', body: JSON.stringify(body) });
export const postMail = (stack: Stack, raw: Buffer): Promise<Answer> =>
  post(stack, '/v1/mail', { type: 'message/rfc822', body: raw });

/** Asks the read API. */
export const ask = async <Body>(stack: Stack, path: string): Promise<Body> => {
  const answer = await fetch(`${stack.run.services['api']?.[0]?.url}${path}`, {
    headers: { authorization: `Bearer ${stack.secrets.apiKey}` },
  });
  if (!answer.ok) throw new Error(`asking ${path}: ${answer.status}`);
  return (await answer.json()) as Body;
};

export interface LoggedEvent {
  readonly record: ConsumedRecord;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Everything that is committed on the log, by topic, decoded; dead letters as they are. */
export const readLog = async (stack: Stack): Promise<ReadonlyMap<string, readonly LoggedEvent[]>> => {
  const names = [...eventTopics, ...deadLetterTopics].map(({ name }) => name);
  const records = await readRecords(names, { brokers: stack.addresses.brokers, clientId: 'e2e' });
  const codec = createRegistryCodec({ url: stack.addresses.registryUrl });
  // Dead letters, and poison on its way to become one, are shown as the bytes they are.
  const dataOf = async ({ topic, value }: ConsumedRecord): Promise<LoggedEvent['data']> =>
    topic.includes('.dlq.') || value === null
      ? {}
      : ((await codec.decode(value, topic).catch(() => ({}))) as LoggedEvent['data']);
  const events = await Promise.all(
    records.map(async (record): Promise<LoggedEvent> => ({ record, data: await dataOf(record) })),
  );
  const byTopic = Map.groupBy(events, ({ record }) => record.topic);
  return new Map(names.map((name) => [name, byTopic.get(name) ?? []]));
};
