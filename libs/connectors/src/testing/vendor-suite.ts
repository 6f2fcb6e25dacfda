import type { EffectKind } from '@sluice/contracts';
import { startSimulators, type RunningSimulators, type SimulatorName } from '@sluice/simulators';
import type { Effect, InstalledConnector } from '../ports/connector.port.ts';
import { prefixOf, type ConnectorDefinition } from '../vendor/define-connector.ts';
import { expect, it } from 'vitest';
import { connectorSuite } from './connector.suite.ts';
import { faultStorm } from './fault-storm.ts';

export interface VendorSuite {
  readonly definition: ConnectorDefinition;
  readonly simulator: SimulatorName;
  readonly kind: EffectKind;
  /** Settings without their prefix, for a base address; what is secret too. */
  readonly settings: (url: string) => Readonly<Record<string, string>>;
  readonly content: () => Readonly<Record<string, unknown>>;
  /** Which requests of the connector are those that apply an effect: where faults meet them. */
  readonly applying: { readonly path: string; readonly method: 'POST' | 'PUT' | 'PATCH' };
  /** Under what the simulator counts an effect as applied; without it, the effect's id. */
  readonly keyOf?: (effect: Effect) => string;
  /** Prepares the account, as a customer does once. */
  readonly prepare?: (simulators: RunningSimulators) => Promise<void>;
}

/** A provider's connector as a deployment installs it, by settings alone. */
export const installedAs = async (
  { definition, settings, kind }: Pick<VendorSuite, 'definition' | 'settings' | 'kind'>,
  { url, timeoutMs }: { readonly url: string; readonly timeoutMs: number },
): Promise<InstalledConnector> => {
  const prefix = prefixOf(definition.provider, 'live');
  const given = settings(url);
  const config = Object.fromEntries(
    Object.entries(definition.keys).map(([key, schema]) => [
      key,
      key.startsWith(prefixOf(definition.provider, 'sandbox'))
        ? undefined
        : schema.parse(given[key.slice(prefix.length)]),
    ]),
  );
  const installed = await definition.install(config, { timeoutMs });
  const found = installed.find((one) => one.kind === kind && one.environment === 'live');
  if (!found) throw new Error(`installing ${definition.provider}: its settings do not fit`);
  return found;
};

/** The conformance kit for a connector that is installed by its settings, against its simulator over HTTP. */
export const vendorSuite = (vendor: VendorSuite): void => {
  connectorSuite(`${vendor.kind} of ${vendor.definition.provider}`, {
    async connect({ timeoutMs }) {
      const simulators = await startSimulators();
      await vendor.prepare?.(simulators);
      const installed = await installedAs(vendor, { url: simulators.addressOf(vendor.simulator), timeoutMs });
      const performed = new Map<string, Effect>();
      const connector: InstalledConnector = {
        ...installed,
        perform(effect) {
          performed.set(effect.effectId, effect);
          return installed.perform(effect);
        },
      };
      const keyOf = (effectId: string): string => {
        const effect = performed.get(effectId);
        return effect && vendor.keyOf ? vendor.keyOf(effect) : effectId;
      };
      return {
        connector,
        provider: {
          fail: async (line) =>
            void (await simulators.setFaults(vendor.simulator, { faults: [{ ...vendor.applying, ...line }] })),
          behave: () => simulators.clearFaults(vendor.simulator),
          applied: async (effectId) => (await simulators.journal(vendor.simulator)).applied[keyOf(effectId)] ?? 0,
        },
        close: () => simulators.close(),
      };
    },
    connectToNobody: (port) => installedAs(vendor, { url: `http://127.0.0.1:${port}`, timeoutMs: 400 }),
    effect: () => ({ kind: vendor.kind, target: vendor.definition.provider, content: vendor.content() }),
    refusal: { status: 418 },
  });

  it(`${vendor.definition.provider} has each effect once, whatever happens to its calls`, async () => {
    const simulators = await startSimulators();
    try {
      await vendor.prepare?.(simulators);
      const url = simulators.addressOf(vendor.simulator);
      const connector = await installedAs(vendor, { url, timeoutMs: STORM_TIMEOUT_MS });
      const storm = await faultStorm(vendor, { connector, simulators, faults: FAULTS });
      if (FAULTS > FEW_FAULTS) console.log(`${vendor.definition.provider}: ${JSON.stringify(storm)}`);
      expect(storm).toMatchObject({ repeated: 0, lost: 0, unsettled: 0 });
    } finally {
      await simulators.close();
    }
  }, 600_000);
};

/** A few in each run; as many as are wanted to measure: `SLUICE_FAULTS=1000 npx vitest run --project unit libs/connectors`. */
const FEW_FAULTS = 40;
const FAULTS = Number(process.env['SLUICE_FAULTS'] ?? FEW_FAULTS);
const STORM_TIMEOUT_MS = FAULTS > FEW_FAULTS ? 60 : 300;
