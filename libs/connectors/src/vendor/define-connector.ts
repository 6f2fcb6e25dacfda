import type { EffectKind } from '@sluice/contracts';
import { Secret } from '@sluice/kernel';
import { z } from 'zod';
import type { Connector, InstalledConnector } from '../ports/connector.port.ts';

/** A setting that is shown to nobody. */
export const secretSetting = (description: string) =>
  z
    .string()
    .min(1)
    .describe(description)
    .transform((value) => new Secret(value));

export interface ConnectorTerms<Settings extends z.ZodObject> {
  /** As playbooks name it, and as its settings begin: `help-scout` has `SLUICE_HELP_SCOUT_…`. */
  readonly provider: string;
  readonly kinds: readonly EffectKind[];
  /** Effects per second, on average and at once: below what the vendor allows an account. */
  readonly perSecond: number;
  /** By name without the prefix. Each has a text that says what it is for. */
  readonly settings: Settings;
  /** Loads the vendor's SDK, where there is one, and connects nothing yet. */
  create(settings: z.output<Settings>, options: { readonly timeoutMs: number }): Promise<readonly Connector[]>;
}

/** A setting that is missing where another of the same provider is set. */
export interface SettingFault {
  readonly key: string;
  readonly message: string;
}

type Config = Readonly<Record<string, unknown>>;
type Environment = NonNullable<InstalledConnector['environment']>;

/** What a deployment can be connected to. */
export interface ConnectorDefinition {
  readonly provider: string;
  readonly kinds: readonly EffectKind[];
  readonly perSecond: number;
  /** All settings as a process is told them, none of them required: for its live account, and for its sandbox. */
  readonly keys: Readonly<Record<string, z.ZodType>>;
  faultsOf(config: Config): readonly SettingFault[];
  /** One for each kind and environment whose settings are there. */
  install(config: Config, options: { readonly timeoutMs: number }): Promise<readonly InstalledConnector[]>;
}

const ENVIRONMENTS: readonly Environment[] = ['live', 'sandbox'];

/** What the names of its settings begin with. */
export const prefixOf = (provider: string, environment: Environment): string =>
  `SLUICE_${provider.toUpperCase().replaceAll('-', '_')}_${environment === 'sandbox' ? 'SANDBOX_' : ''}`;

const isRequired = (schema: z.core.$ZodType): boolean => !z.safeParse(schema, undefined).success;

export const defineConnector = <Settings extends z.ZodObject>({
  provider,
  kinds,
  perSecond,
  settings,
  create,
}: ConnectorTerms<Settings>): ConnectorDefinition => {
  const names = Object.keys(settings.shape);
  const required = names.filter((name) => isRequired(settings.shape[name] as z.ZodType));
  const told = (config: Config, environment: Environment) =>
    Object.fromEntries(names.map((name) => [name, config[prefixOf(provider, environment) + name]]));
  const missingIn = (config: Config, environment: Environment): readonly string[] =>
    required.filter((name) => told(config, environment)[name] === undefined);

  return {
    provider,
    kinds,
    perSecond,
    keys: Object.fromEntries(
      ENVIRONMENTS.flatMap((environment) =>
        names.map((name) => {
          const schema = settings.shape[name] as z.ZodType;
          return [prefixOf(provider, environment) + name, required.includes(name) ? schema.optional() : schema];
        }),
      ),
    ),
    faultsOf: (config) =>
      ENVIRONMENTS.flatMap((environment) => {
        const missing = missingIn(config, environment);
        if (missing.length === 0 || missing.length === required.length) return [];
        return missing.map((name) => ({
          key: prefixOf(provider, environment) + name,
          message: `is missing, and other settings of ${provider} are there`,
        }));
      }),
    async install(config, options) {
      const installed = await Promise.all(
        ENVIRONMENTS.filter((environment) => missingIn(config, environment).length === 0).map(async (environment) =>
          // Each setting was validated by itself when the environment was read.
          (await create(told(config, environment) as z.output<Settings>, options)).map((connector) => ({
            ...connector,
            provider,
            environment,
          })),
        ),
      );
      return installed.flat();
    },
  };
};
