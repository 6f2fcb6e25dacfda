import { runProjection } from '@sluice/stage';
import { plainCodec } from '@sluice/stage/testing';
import { eventually, randomName } from '@sluice/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTopics } from '../testing/create-topics.ts';
import { joinGroup } from '../testing/member.ts';
import { startSecureBroker, type SecureBroker } from '../testing/secure-broker.ts';
import { startTokenServer, type TokenServer } from '../testing/token-server.ts';
import type { KafkaOptions } from './kafka-client.ts';
import type { SaslOptions } from './kafka-security.ts';
import { createKafkaTransport } from './kafka-transport.ts';
import { readRecords } from './read-records.ts';

/** kafkajs authenticates again ten seconds before that. */
const REAUTHENTICATE_MS = 12_000;

let broker: SecureBroker;
let tokens: TokenServer;

beforeAll(async () => {
  [broker, tokens] = await Promise.all([
    startSecureBroker({
      users: { alice: 'right', mallory: 'nothing' },
      mayDoAnything: ['alice'],
      reauthenticateMs: REAUTHENTICATE_MS,
    }),
    startTokenServer(),
  ]);
}, 120_000);
afterAll(() => Promise.all([broker?.stop(), tokens?.close()]));

beforeEach(() => {
  Object.assign(tokens.next, { seconds: 60, status: 200, kind: 'good' });
});

const password = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', given = 'right', username = 'alice') =>
  ({ mechanism, username, password: given }) as const;
const oauth = (): SaslOptions => ({
  mechanism: 'oauthbearer',
  tokenUrl: tokens.url,
  clientId: 'sluice',
  clientSecret: 's:cret',
  scope: 'kafka',
  tls: { ca: tokens.ca },
});
const withSasl = (sasl: SaslOptions): KafkaOptions => ({
  brokers: broker.sasl,
  clientId: 'secured',
  tls: { ca: broker.ca },
  sasl,
});
const inTheOpen = (): KafkaOptions => ({ brokers: broker.open, clientId: 'judge' });

const newTopics = async (options = inTheOpen()): Promise<{ input: string; output: string }> => {
  const topics = { input: randomName('in'), output: randomName('out') };
  await createTopics(Object.values(topics), options);
  return topics;
};
const record = (topic: string, value: string) => ({ topic, key: 'k', value: Buffer.from(value), headers: {} });

describe('a broker that wants to know who comes', () => {
  it.each<[string, () => KafkaOptions]>([
    ['PLAIN', () => withSasl(password('plain'))],
    ['SCRAM-SHA-256', () => withSasl(password('scram-sha-256'))],
    ['SCRAM-SHA-512', () => withSasl(password('scram-sha-512'))],
    ['OAUTHBEARER', () => withSasl(oauth())],
    ['a certificate', () => ({ brokers: broker.mutual, clientId: 'mutual', tls: { ca: broker.ca, ...broker.client } })],
  ])('lets us in with %s: to create topics, to publish, to subscribe, to commit', async (_what, options) => {
    const { input, output } = await newTopics(options());
    const transport = createKafkaTransport(options());
    expect(await transport.reachability()).toBe(true);
    await transport.publish([record(input, 'hello')]);
    const member = await joinGroup(transport, input, randomName('group'));
    await eventually(() => expect(member.records).toHaveLength(1));
    expect(await member.subscription.commit(member.transaction([record(output, 'done')]))).toBe('committed');
    await member.subscription.close();
    await transport.close();
    expect((await readRecords([output], inTheOpen())).map(({ value }) => String(value))).toEqual(['done']);
  });

  /** What a service with these options says of itself, and of its Kafka. */
  const saidOf = async (options: KafkaOptions, said: RegExp): Promise<void> => {
    const { input } = await newTopics();
    const transport = createKafkaTransport(options);
    const runner = runProjection({
      name: randomName('projection'),
      consumes: [],
      raw: [input],
      deadLetters: false,
      transport,
      codec: plainCodec(),
      apply: async () => undefined,
    });
    await runner.start();
    await eventually(() => expect(runner.health().reason).toMatch(said), { within: 20_000 });
    expect(runner.health()).toMatchObject({ ready: false });
    expect(runner.health()).not.toHaveProperty('restart');
    await eventually(async () => expect(await transport.reachability()).toMatch(said), { within: 20_000 });
    await expect(transport.publish([record(input, 'x')])).rejects.toThrow(said);
    await runner.drain();
    await transport.close();
  };

  it.each<[string, () => KafkaOptions, RegExp]>([
    ['PLAIN', () => withSasl(password('plain', 'wrong')), /Kafka refuses the credentials: .*PLAIN/],
    ['SCRAM-SHA-256', () => withSasl(password('scram-sha-256', 'wrong')), /Kafka refuses the credentials: .*SCRAM/],
    ['SCRAM-SHA-512', () => withSasl(password('scram-sha-512', 'wrong')), /Kafka refuses the credentials: .*SCRAM/],
    [
      'a user that is not known',
      () => withSasl(password('scram-sha-512', 'x', 'bob')),
      /Kafka refuses the credentials: /,
    ],
    [
      'an authority that did not sign',
      () => ({ ...withSasl(password('plain')), tls: {} }),
      /no TLS connection to Kafka: .*self.signed/,
    ],
    [
      'no certificate where one is wanted',
      () => ({ brokers: broker.mutual, clientId: 'nobody', tls: { ca: broker.ca } }),
      /no TLS connection to Kafka: the broker refuses: (bad certificate|certificate required);/,
    ],
  ])('is told apart from one that is away: %s', async (_what, options, said) => {
    await saidOf(options(), said);
  });

  it.each<[string, Partial<TokenServer['next']>, RegExp]>([
    ['a token that is none', { kind: 'no token' }, /Kafka refuses the credentials: .*OAUTHBEARER/],
    ['a token that has ended', { kind: 'expired' }, /Kafka refuses the credentials: .*OAUTHBEARER.*invalid_token/],
    ['no token', { status: 401 }, /the token server refuses the client's credentials: 401 invalid_client$/],
    ['a token server that is unwell', { status: 503 }, /the token server answers 503$/],
  ])('is told apart from one that is away: %s', async (_what, next, said) => {
    Object.assign(tokens.next, next);
    await saidOf(withSasl(oauth()), said);
  });

  it('says what it does not allow', async () => {
    const { input } = await newTopics();
    const transport = createKafkaTransport(withSasl(password('scram-sha-512', 'nothing', 'mallory')));
    await expect(transport.publish([record(input, 'x')])).rejects.toThrow(
      /Kafka does not allow it: .*\((TOPIC|CLUSTER)_AUTHORIZATION_FAILED\)/,
    );
    await transport.close();
  });

  it('is shown a new token before the old one ends, and nothing is interrupted', async () => {
    const { input } = await newTopics();
    tokens.asked.length = 0;
    tokens.next.seconds = 22;
    const options = withSasl(oauth());
    const transport = createKafkaTransport(options);
    const member = await joinGroup(transport, input, randomName('group'));
    await eventually(() => expect(member.subscription.assignment()).toHaveLength(1));
    const revocations = member.revocations();
    const [began, first] = [Date.now(), tokens.asked.length];
    let sent = 0;
    // A connection that did not authenticate again would have been closed by then.
    await eventually(
      async () => {
        await transport.publish([record(input, String((sent += 1)))]);
        expect(Date.now() - began).toBeGreaterThan(REAUTHENTICATE_MS + 1_000);
      },
      { within: 3 * REAUTHENTICATE_MS },
    );
    await eventually(() =>
      expect(member.records.map(({ value }) => Number(value))).toEqual(Array.from({ length: sent }, (_, n) => n + 1)),
    );
    expect(await member.subscription.commit(member.transaction())).toBe('committed');
    expect(member.revocations()).toBe(revocations);
    // All connections share a token; each is used for two seconds of its twenty-two.
    expect(tokens.asked.length - first).toBeGreaterThanOrEqual(2);
    expect(tokens.asked.length - first).toBeLessThanOrEqual(15);
    expect(tokens.asked[0]).toEqual({
      authorization: `Basic ${Buffer.from('sluice:s%3Acret').toString('base64')}`,
      form: { grant_type: 'client_credentials', scope: 'kafka' },
    });
    await member.subscription.close();
    await transport.close();
  }, 90_000);
});
