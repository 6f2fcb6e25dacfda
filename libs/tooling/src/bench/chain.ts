import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProducedRecord } from '@sluice/stage';
import { createKafkaTransport } from '@sluice/transport';
import { Stack, type StackOptions } from '../stack/start-stack.ts';
import type { ServerName } from '../infra/server.ts';
import type { Replica } from '../stack/run-file.ts';
import { companies, websiteTexts } from './inquiries.ts';
import { usageOf, type Usage } from '../process/usage.ts';

/** The services of the chain. The read model, `api`, is beside it: everything is measured without it, and then what it adds. */
export const CHAIN = ['ingest', 'enricher', 'classifier', 'router', 'notifier'] as const;
export const READ_MODEL = 'api';
const SERVICES = [...CHAIN, READ_MODEL] as const;
/** Raw to normalized, enriched, scored, routed. */
export const HOPS = 4;

const CHUNK = 1_000;
/** Effects are planned and settled, and nothing leaves; one sender may send all. */
const NULL_SINK = { SLUICE_EFFECT_MODE: 'off', SLUICE_RATE_LIMIT: '100000000', SLUICE_LOG_LEVEL: 'warn' };

export interface ChainOptions extends Pick<StackOptions, 'root' | 'dir' | 'step'> {
  /** True when the classifier is given the simulated model. */
  readonly model?: boolean;
  /** Added to every service's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

const PROVIDERS = ['SLUICE_FIRMOGRAPHICS_URL', 'SLUICE_WEBSITE_BASE_URL'];
const MODEL = ['SLUICE_MODEL_BASE_URL', 'SLUICE_MODEL_API_KEY'];

/** A stack whose world answers from memory: no model unless asked for, tables instead of providers, effects to a null sink. */
export const chainStack = ({ root, dir, step, model = false, environment = {} }: ChainOptions): Stack => {
  mkdirSync(dir, { recursive: true });
  const file = (name: string, content: unknown): string => {
    const path = join(dir, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  return new Stack({
    root,
    dir,
    addresses: null,
    ...(step ? { step } : {}),
    without: [...PROVIDERS, ...(model ? [] : MODEL)],
    environment: {
      SLUICE_COMPANIES_FILE: file('companies.json', companies),
      SLUICE_WEBSITE_TEXTS_FILE: file('websites.json', websiteTexts),
      ...NULL_SINK,
      ...environment,
    },
    scale: Object.fromEntries(SERVICES.map((name) => [name, 0])),
  });
};

export const scaleChain = (stack: Stack, replicas: number): Promise<unknown> =>
  Promise.all(CHAIN.map((name) => stack.scaleTo(name, replicas)));

/** Those of the chain and of the read model. */
export const runningReplicas = (stack: Stack): readonly Replica[] => SERVICES.flatMap((name) => stack.replicas(name));

/** Names of the services that run. */
export const runningServices = (stack: Stack): readonly string[] =>
  SERVICES.filter((name) => stack.replicas(name).length > 0);

export type Usages = Readonly<Record<string, Usage>>;

/** What every process uses now: the services that run (all replicas together) and the two servers that work for them. */
export const usages = (stack: Stack): Usages => {
  const pidOf = (name: ServerName): readonly number[] => {
    const process = stack.server(name)?.process;
    return process ? [process.pid] : [];
  };
  const pids: Record<string, readonly number[]> = {
    ...Object.fromEntries(runningServices(stack).map((name) => [name, stack.replicas(name).map(({ pid }) => pid)])),
    kafka: pidOf('kafka'),
    postgres: pidOf('postgres'),
  };
  return Object.fromEntries(
    Object.entries(pids).map(([name, of]) => [name, of.map(usageOf).reduce(together, { rssMb: 0, cpuSeconds: 0 })]),
  );
};

const together = (a: Usage, b: Usage): Usage => ({
  rssMb: a.rssMb + b.rssMb,
  cpuSeconds: a.cpuSeconds === null || b.cpuSeconds === null ? null : a.cpuSeconds + b.cpuSeconds,
});

/** Writes records to a topic as fast as the broker takes them, in order. */
export const publishTo = async (
  brokers: readonly string[],
  topic: string,
  records: readonly ProducedRecord[],
): Promise<void> => {
  const transport = createKafkaTransport({ brokers, clientId: 'bench-load' });
  try {
    for (let at = 0; at < records.length; at += CHUNK)
      await transport.publish(records.slice(at, at + CHUNK).map((record) => ({ ...record, topic })));
  } finally {
    await transport.close();
  }
};
