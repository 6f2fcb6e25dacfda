import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AttemptResult, Connector, Effect, Found } from '../ports/connector.port.ts';
import { anEffect } from './an-effect.ts';

/** What a provider under test can be made to do, and how often it applied an effect. `@sluice/simulators` has two such providers. */
export interface TestProvider {
  /** One line of a fault schedule: see apps/simulators/README.md. It meets calls that act, not questions. */
  fail(line: Readonly<Record<string, unknown>>): Promise<void>;
  behave(): Promise<void>;
  applied(effectId: string): Promise<number>;
}

export interface ConnectorSuite {
  /** `timeoutMs` is given, so that a test does not wait long. */
  connect(options: {
    readonly timeoutMs: number;
  }): Promise<{ readonly connector: Connector; readonly provider: TestProvider; close(): Promise<void> }>;
  /** A connector to a port of this machine that nobody listens on. */
  connectToNobody(port: number): Connector | Promise<Connector>;
  /** A line with which the provider refuses for good. */
  readonly refusal: Readonly<Record<string, unknown>>;
  readonly effect: () => Partial<Effect>;
}

const TIMEOUT_MS = 400;
/** A provider that asks for more is asked again after an hour. */
const LONGEST_WAIT_MS = 3_600_000;
const MOST_TURNS = 6;

/** A port that was free a moment ago. */
const closedPort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** Follows the connector's own policy until it is certain, as the ledger does. */
const untilCertain = async (connector: Connector, effect: Effect, since: string): Promise<AttemptResult> => {
  let result = await connector.perform(effect);
  for (let turn = 0; turn < MOST_TURNS && result.kind === 'unknown'; turn += 1) {
    const found = connector.onUnknown === 'ask' ? await connector.ask(effect, { since }) : null;
    if (found?.kind === 'found') return { ...found, kind: 'confirmed' };
    if (found?.kind !== 'cannot-tell') result = await connector.perform(effect);
  }
  return result;
};

/** Whether a question has shown what a call did that was not answered: the whole effect, or a part of it more. */
const seen = (result: AttemptResult, found: Found): boolean =>
  found.kind === 'found' || Object.keys(found.parts ?? {}).length > Object.keys(result.parts ?? {}).length;

/** What every connector must do, whatever it connects to. */
export const connectorSuite = (name: string, suite: ConnectorSuite): void => {
  describe(`the ${name} connector`, () => {
    let connector: Connector;
    let provider: TestProvider;
    let close: () => Promise<void>;
    let since: string;

    beforeAll(async () => {
      ({ connector, provider, close } = await suite.connect({ timeoutMs: TIMEOUT_MS }));
    });
    afterAll(async () => {
      await connector.close();
      await close();
    });
    beforeEach(async () => {
      since = new Date().toISOString();
      await provider.behave();
    });
    const given = () => anEffect(suite.effect());

    it('applies an effect once and has its receipt', async () => {
      const effect = given();
      expect(await connector.perform(effect)).toMatchObject({
        kind: 'confirmed',
        responseDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      });
      expect(await provider.applied(effect.effectId)).toBe(1);
    });

    it('knows a duplicate: the provider can be asked, or recognises the key', async () => {
      const effect = given();
      const first = await connector.perform(effect);
      if (connector.onUnknown === 'ask')
        expect(await connector.ask(effect, { since })).toEqual({ ...first, kind: 'found' });
      else expect(await connector.perform(effect)).toMatchObject({ kind: 'confirmed' });
      expect(await provider.applied(effect.effectId)).toBe(1);
    });

    it('obeys Retry-After, and spends no try on a provider that is busy', async () => {
      const effect = given();
      await provider.fail({ status: 429, retryAfterSeconds: 3 });
      expect(await connector.perform(effect)).toMatchObject({ kind: 'retry', afterMs: 3_000, spendsTry: false });
      expect(await provider.applied(effect.effectId)).toBe(0);
    });

    it('comes back to a busy provider that does not say when', async () => {
      await provider.fail({ status: 429 });
      expect(await connector.perform(given())).toMatchObject({ kind: 'retry', spendsTry: false });
    });

    it('takes a 503 as not applied', async () => {
      const effect = given();
      await provider.fail({ status: 503 });
      expect(await connector.perform(effect)).toMatchObject({ kind: 'retry', spendsTry: true });
      expect(await provider.applied(effect.effectId)).toBe(0);
    });

    it('waits an hour at most, however long a Retry-After is', async () => {
      await provider.fail({ status: 429, retryAfterSeconds: 100_000_000, count: 1 });
      expect(await connector.perform(given())).toMatchObject({ kind: 'retry', afterMs: LONGEST_WAIT_MS });
    });

    it('takes refused credentials as something a person mends, not as a refusal of the effect', async () => {
      const effect = given();
      await provider.fail({ status: 401 });
      expect(await connector.perform(effect)).toMatchObject({ kind: 'misconfigured', reason: 'http-401' });
      await provider.behave();
      expect(await connector.perform(effect)).toMatchObject({ kind: 'confirmed' });
      expect(await provider.applied(effect.effectId)).toBe(1);
    });

    it('spends no try when nobody listens', async () => {
      const nobody = await suite.connectToNobody(await closedPort());
      expect(await nobody.perform(given())).toMatchObject({ kind: 'retry', reason: 'not-sent', spendsTry: false });
      await nobody.close();
    });

    it('gives up at once on what is refused for good', async () => {
      await provider.fail(suite.refusal);
      expect(await connector.perform(given())).toMatchObject({ kind: 'refuted' });
    });

    it('finds nothing wrong with a provider that works, if it can be asked at all', async () => {
      expect((await connector.check?.([given().target])) ?? null).toEqual(
        connector.check ? { kind: 'checked', faults: [] } : null,
      );
    });

    it('waits for a slow answer within its time', async () => {
      const effect = given();
      await provider.fail({ latencyMs: TIMEOUT_MS / 2 });
      expect(await connector.perform(effect)).toMatchObject({ kind: 'confirmed' });
    });

    it.each([
      ['a time-out before applying', { timeoutBeforeApply: true }, 0],
      ['a time-out after applying', { timeoutAfterApply: true }, 1],
      ['a connection that breaks before applying', { reset: true }, 0],
      ['a connection that breaks after applying', { resetAfterApply: true }, 1],
      ['a 500 before applying', { status: 500 }, 0],
      ['a 500 after applying', { errorAfterApply: 500 }, 1],
    ])(
      'says that it does not know after %s, and becomes certain of it with one effect',
      async (_case, line, appliedSoFar) => {
        const effect = given();
        await provider.fail({ ...line, count: 1 });
        const result = await connector.perform(effect);
        expect(result).toMatchObject({ kind: 'unknown' });
        expect(await provider.applied(effect.effectId)).toBe(appliedSoFar);
        if (connector.onUnknown === 'ask')
          expect(seen(result, await connector.ask(effect, { since }))).toBe(appliedSoFar === 1);
        await provider.fail({ ...line, count: 1 });
        const another = given();
        expect(await untilCertain(connector, another, since)).toMatchObject({ kind: 'confirmed' });
        expect(await provider.applied(another.effectId)).toBe(1);
      },
    );

    it('never takes a malformed answer for a refusal', async () => {
      const effect = given();
      await provider.fail({ malformed: true, count: 1 });
      expect(await untilCertain(connector, effect, since)).toMatchObject({ kind: 'confirmed' });
      expect(await provider.applied(effect.effectId)).toBe(1);
    });

    it('gives reasons of few words, and never a text of the effect', async () => {
      const lines = [{ malformed: true }, { status: 500 }, { status: 418 }, { reset: true }];
      for (const line of lines) {
        await provider.fail({ ...line, count: 1 });
        const result = await connector.perform(given());
        if ('reason' in result) expect(result.reason).toMatch(/^[a-z0-9_-]{1,40}$/);
      }
    });
  });
};
