import { inquiryRaw } from '@sluice/contracts';
import { controlSimulators } from '@sluice/simulators';
import { DEFAULT_MODEL_CONCURRENCY as concurrency } from '@sluice/llm';
import type { Stack } from '../stack/start-stack.ts';
import { publishTo, scaleChain, usages } from './chain.ts';
import { inquiries, rawRecords } from './inquiries.ts';
import type { Observer } from './observer.ts';

export interface ModelRate {
  readonly perSecond: number;
  /** Concurrency over mean latency: no client can do more. */
  readonly bound: number;
  readonly concurrency: number;
  readonly meanSeconds: number;
  readonly asked: number;
  /** Milliseconds of the classifier's CPU for one inquiry; null where the system does not tell. Starved of it, no client reaches the bound. */
  readonly cpuMs: number | null;
}

const USUAL_MS = 500;
const SLOW_MS = 5_000;
const SLOW_SHARE = 0.01;
const SECONDS = 40;
/** Measured between these shares of what is routed: the pipeline is full, and its last slow answers are not waited for. */
const FROM = 0.2;
const TO = 0.8;
/** One question for each inquiry: its playbook has no second, larger model. */
const SOURCE = 'support-form';

/** The chain with a model that takes half a second, and five for one answer in a hundred, always busy. */
export const measureModel = async (stack: Stack, observer: Observer): Promise<ModelRate> => {
  const meanSeconds = ((1 - SLOW_SHARE) * USUAL_MS + SLOW_SHARE * SLOW_MS) / 1_000;
  const bound = concurrency / meanSeconds;
  const simulators = controlSimulators(stack.simulatorsUrl);
  const faults = [
    { path: 'completions', probability: SLOW_SHARE, latencyMs: SLOW_MS },
    { path: 'completions', latencyMs: USUAL_MS },
  ];
  await simulators.setFaults('openai', { seed: 7, faults });
  await simulators.clearJournal('openai');
  await scaleChain(stack, 1);
  const count = Math.round(bound * SECONDS);
  const records = await rawRecords(inquiries(count, SOURCE), stack.addresses);
  observer.clear();
  const before = usages(stack)['classifier']?.cpuSeconds ?? null;
  await publishTo(stack.addresses.brokers, inquiryRaw.v1.type, records);
  const { times } = await observer.until(count);
  const after = usages(stack)['classifier']?.cpuSeconds ?? null;
  const cpuMs = before === null || after === null ? null : ((after - before) * 1_000) / count;
  const [first, last] = [Math.floor(count * FROM), Math.floor(count * TO)];
  const perSecond = (last - first) / (((times[last] ?? 0) - (times[first] ?? 0)) / 1_000);
  return { perSecond, bound, concurrency, meanSeconds, cpuMs, asked: (await simulators.journal('openai')).received };
};
