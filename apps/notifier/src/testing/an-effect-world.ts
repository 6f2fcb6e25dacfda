import { createSlackConnector, createSmtpConnector, createWebhookConnector, type Connector } from '@sluice/connectors';
import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { eventually } from '@sluice/testing';
import { expect } from 'vitest';
import type { Lanes } from '../lanes.ts';
import type { PlannedEffect } from '../ports/ledger.port.ts';
import { aLedger, type TestLedger } from './a-ledger.ts';
import { aNotifier, type NotifierUnderTest } from './a-notifier.ts';
import { aPlannedEffect } from './a-planned-effect.ts';

/** How long a connector of the tests waits for a provider. */
export const TIMEOUT_MS = 400;

export interface EffectWorld {
  readonly ledger: TestLedger;
  readonly simulators: RunningSimulators;
  readonly slack: Connector;
  readonly webhook: Connector;
  readonly mail: Connector;
  /** A notifier process; drained after the test. */
  notifier(over?: Partial<NotifierUnderTest>): Promise<Lanes>;
  /** Effects of one target, in the ledger. */
  planned(over?: Partial<PlannedEffect>, count?: number): Promise<readonly PlannedEffect[]>;
  settledAs(effects: readonly PlannedEffect[], state: string, within?: number): Promise<void>;
  /** How often the provider applied each. */
  applied(name: 'slack' | 'webhook' | 'smtp', effects: readonly PlannedEffect[]): Promise<readonly number[]>;
  /** Drains the notifiers and mends the providers. */
  afterEach(): Promise<void>;
  close(): Promise<void>;
}

/** A real ledger, simulated providers over real HTTP, and as many notifiers as a test wants. */
export const anEffectWorld = async (): Promise<EffectWorld> => {
  const [ledger, simulators] = await Promise.all([aLedger(), startSimulators()]);
  const slack = createSlackConnector({ token: 'xoxb-1', apiUrl: simulators.addressOf('slack'), timeoutMs: TIMEOUT_MS });
  const webhook = createWebhookConnector({
    url: simulators.addressOf('webhook'),
    secret: simulators.webhookSecret,
    timeoutMs: TIMEOUT_MS,
  });
  const mail = createSmtpConnector({
    url: await simulators.smtpUrl(),
    from: 'hello@acme.example',
    sandbox: null,
    timeoutMs: TIMEOUT_MS,
  });
  const running: Lanes[] = [];
  return {
    ledger,
    simulators,
    slack,
    webhook,
    mail,
    async notifier(over = {}) {
      const lanes = await aNotifier({ ledger, connectors: [slack, webhook, mail], ...over });
      running.push(lanes);
      return lanes;
    },
    async planned(over = {}, count = 1) {
      const target = over.target ?? `t-${Math.random().toString(36).slice(2)}`;
      const effects = Array.from({ length: count }, () => aPlannedEffect({ ...over, target }));
      await simulators.addChannels([target]);
      await ledger.ledger.plan(effects);
      return effects;
    },
    settledAs: (effects, state, within = 15_000) =>
      eventually(
        async () => {
          for (const { effectId } of effects) {
            const row = await ledger.row(effectId);
            expect([row['state'], row['settled_at'] !== null]).toEqual([state, true]);
          }
        },
        { within },
      ),
    async applied(name, effects) {
      const journal = await simulators.journal(name);
      return effects.map(({ effectId }) => journal.applied[effectId] ?? 0);
    },
    async afterEach() {
      await Promise.all(running.splice(0).map((lanes) => lanes.drain()));
      await Promise.all([simulators.clearFaults('slack'), simulators.clearFaults('webhook')]);
    },
    async close() {
      await webhook.close();
      await simulators.close();
      await ledger.close();
    },
  };
};
