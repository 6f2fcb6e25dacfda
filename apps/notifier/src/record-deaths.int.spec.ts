import { connectorDefinitions, type InstalledConnector } from '@sluice/connectors';
import { aCrmRecord, aRow, aTicket } from '@sluice/connectors/testing';
import { Secret } from '@sluice/kernel';
import type { EffectKind } from '@sluice/contracts';
import type { SimulatorName } from '@sluice/simulators';
import { eventually } from '@sluice/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aNotifier, dyingAt, POINTS } from './testing/a-notifier.ts';
import { anEffectWorld, type EffectWorld } from './testing/an-effect-world.ts';

let world: EffectWorld;
beforeAll(async () => {
  world = await anEffectWorld();
});
afterEach(() => world.afterEach());
afterAll(() => world.close());

const REQUEST_MS = 200;
const LEASE_MARGIN_MS = 1_000;

const secret = new Secret('secret');
const providers: readonly {
  readonly provider: SimulatorName;
  readonly kind: EffectKind;
  readonly settings: (url: string) => Readonly<Record<string, unknown>>;
  readonly content: () => object;
}[] = [
  {
    provider: 'zendesk',
    kind: 'helpdesk.ticket',
    settings: (url) => ({ SLUICE_ZENDESK_URL: url, SLUICE_ZENDESK_EMAIL: 'a@b.example', SLUICE_ZENDESK_TOKEN: secret }),
    content: aTicket,
  },
  {
    provider: 'freshdesk',
    kind: 'helpdesk.ticket',
    settings: (url) => ({ SLUICE_FRESHDESK_URL: url, SLUICE_FRESHDESK_KEY: secret }),
    content: aTicket,
  },
  {
    provider: 'salesforce',
    kind: 'crm.upsert',
    settings: (url) => ({
      SLUICE_SALESFORCE_URL: url,
      SLUICE_SALESFORCE_CLIENT_ID: 'app',
      SLUICE_SALESFORCE_CLIENT_SECRET: secret,
    }),
    content: aCrmRecord,
  },
  {
    provider: 'pipedrive',
    kind: 'crm.upsert',
    settings: (url) => ({
      SLUICE_PIPEDRIVE_URL: url,
      SLUICE_PIPEDRIVE_TOKEN: secret,
      SLUICE_PIPEDRIVE_DEAL_FIELD: '5'.repeat(40),
    }),
    content: aCrmRecord,
  },
  {
    provider: 'airtable',
    kind: 'table.row',
    settings: (url) => ({ SLUICE_AIRTABLE_URL: url, SLUICE_AIRTABLE_TOKEN: secret, SLUICE_AIRTABLE_BASE: 'appSluice' }),
    content: aRow,
  },
];

const connectorOf = async ({ provider, settings }: (typeof providers)[number]): Promise<InstalledConnector> => {
  const definition = connectorDefinitions.find((one) => one.provider === provider);
  const [connector] =
    (await definition?.install(settings(world.simulators.addressOf(provider)), { timeoutMs: REQUEST_MS })) ?? [];
  if (!connector) throw new Error(`installing ${provider}: its settings do not fit`);
  return connector;
};

describe('a notifier that dies', () => {
  it.each(providers.map((one) => [one.provider, one] as const))(
    'at any point between lease and receipt leaves a record of %s that another makes once',
    async (provider, one) => {
      const connector = await connectorOf(one);
      const leaseMs = connector.timeoutMs + LEASE_MARGIN_MS;
      const effects = await Promise.all(
        POINTS.map(async (point) => {
          const death = dyingAt(point);
          const [effect] = await world.planned({ kind: one.kind, content: { ...one.content() } });
          if (!effect) throw new Error('nothing planned');
          const { ledger } = world;
          const dead = await aNotifier({
            ledger,
            connectors: [connector],
            failPoints: death,
            only: effect.lane,
            leaseMs,
          });
          await eventually(() => expect(death.died()).toBe(true));
          await dead.drain();
          return effect;
        }),
      );
      await world.notifier({ connectors: [connector], leaseMs });
      await world.settledAs(effects, 'confirmed', 60_000);
      const { applied } = await world.simulators.journal(provider);
      expect(effects.map(({ effectId }) => applied[effectId])).toEqual(POINTS.map(() => 1));
    },
    90_000,
  );
});
