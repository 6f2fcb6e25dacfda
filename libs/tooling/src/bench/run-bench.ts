import { inquiryRouted } from '@sluice/contracts';
import type { Stack, Step } from '../stack/start-stack.ts';
import { chainStack, scaleChain } from './chain.ts';
import { withObserver } from './flow.ts';
import { inquiries, rawRecords } from './inquiries.ts';
import { measureCeiling, type Ceiling } from './measure-ceiling.ts';
import { measureLatency, type Latency } from './measure-latency.ts';
import { measureModel, type ModelRate } from './measure-model.ts';
import { measureCatchUp, measureRebalance, measureStartUp, type CatchUp, type Rebalance } from './measure-starting.ts';
import { measureThroughput, type Rung } from './measure-throughput.ts';
import type { Observer } from './observer.ts';

/** Everything one run measured. */
export interface BenchResult {
  /** The bare copy loop before the chain was measured, and after: how far they lie apart is how far the machine can be trusted. */
  readonly ceilings: readonly Ceiling[];
  readonly startUp: Readonly<Record<string, number>>;
  readonly rungs: readonly Rung[];
  readonly latency: Latency;
  readonly rebalance: Rebalance;
  readonly catchUp: CatchUp;
  readonly model: ModelRate;
}

export interface BenchOptions {
  readonly root: string;
  readonly dir: string;
  /** Inquiries of the largest rung, and of the bare loop. */
  readonly inquiries: number;
  readonly step: Step;
}

type MeasuredChain = Pick<BenchResult, 'startUp' | 'rungs' | 'latency' | 'rebalance' | 'catchUp'>;

const measureChain = async (
  stack: Stack,
  observer: Observer,
  { inquiries: most, step }: BenchOptions,
): Promise<MeasuredChain> => {
  const startUp = await step('start-up', () => measureStartUp(stack));
  const rungs = await step(`throughput, memory and cost, up to ${most} inquiries`, () =>
    measureThroughput(stack, observer, most),
  );
  const latency = await step('latency: idle, half load, full load', () => measureLatency(stack, observer));
  const rebalance = await step('rebalance: a second router joins and leaves', () => measureRebalance(stack, observer));
  const catchUp = await step(`catching up on a backlog of ${most}`, () => measureCatchUp(stack, observer, most));
  await step('stopping the services', () => scaleChain(stack, 0));
  return { startUp, rungs, latency, rebalance, catchUp };
};

/** Servers, topics, schemas, playbooks and simulators, and no service. */
export const prepare = (options: BenchOptions, environment: Readonly<Record<string, string>> = {}): Stack =>
  chainStack({ ...options, environment });

/** Measures everything in one run on one broker, one thing after the other. */
export const runBench = async (stack: Stack, options: BenchOptions): Promise<BenchResult> => {
  const { root, dir, step } = options;
  const { brokers } = stack.addresses;
  const ceiling = async (): Promise<Ceiling> =>
    measureCeiling(stack, await rawRecords(inquiries(options.inquiries), stack.addresses));
  const before = await step('the bare copy loop', ceiling);
  return withObserver(brokers, inquiryRouted.v1.type, async (observer) => {
    const chain = await measureChain(stack, observer, options);
    const after = await step('the bare copy loop, again', ceiling);
    const asking = chainStack({ root, dir, model: true });
    try {
      const model = await step('a model of 500 ms, one answer in a hundred 5 s', () => measureModel(asking, observer));
      return { ...chain, ceilings: [before, after], model };
    } finally {
      await scaleChain(asking, 0);
    }
  });
};
