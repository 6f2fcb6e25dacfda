import { inquiryRouted } from '@sluice/contracts';
import type { Stack, Step } from '../stack/start-stack.ts';
import { chainStack, READ_MODEL, scaleChain } from './chain.ts';
import { withObserver } from './flow.ts';
import { inquiries, rawRecords } from './inquiries.ts';
import { measureCeiling, type Ceiling } from './measure-ceiling.ts';
import { measureLatency, type Latency } from './measure-latency.ts';
import { measureModel, type ModelRate } from './measure-model.ts';
import {
  measureCatchUp,
  measureReadModelCatchUp,
  measureRebalance,
  measureStartUp,
  type CatchUp,
  type Rebalance,
} from './measure-starting.ts';
import { measureThroughput, WITHOUT_READ_MODEL, type Rung } from './measure-throughput.ts';
import type { Observer } from './observer.ts';
import { measurePeer, type Peer } from './peer.ts';

/** Everything one run measured. */
export interface BenchResult {
  /** The bare copy loop before the chain was measured, and after: how far they lie apart is how far the machine can be trusted. */
  readonly ceilings: readonly Ceiling[];
  /** Null where none was named. */
  readonly peer: Peer | null;
  readonly startUp: Readonly<Record<string, number>>;
  /** The chain alone, up to 4,000 inquiries. */
  readonly rungs: readonly Rung[];
  readonly latency: Latency;
  readonly rebalance: Rebalance;
  readonly catchUp: CatchUp;
  /** Seconds until the read model, started beside the chain, had read all that the chain had written. */
  readonly readModelCatchUpSeconds: number;
  /** All services started anew, the read model among them, up to as many inquiries as were asked for. */
  readonly rungsWithReadModel: readonly Rung[];
  readonly model: ModelRate;
}

export interface BenchOptions {
  readonly root: string;
  readonly dir: string;
  /** Inquiries of the largest rung. */
  readonly inquiries: number;
  /** A command that says what another program does per second, in the same run. */
  readonly peer?: string | undefined;
  readonly step: Step;
}

type MeasuredChain = Omit<BenchResult, 'ceilings' | 'peer' | 'model'>;

/** The bare loop and a cold backlog tell no more with more. */
const MOST_FOR_LOOP = 16_000;

const measureChain = async (
  stack: Stack,
  observer: Observer,
  { inquiries: most, step }: BenchOptions,
): Promise<MeasuredChain> => {
  const few = Math.min(most, WITHOUT_READ_MODEL);
  const startUp = await step('start-up', () => measureStartUp(stack));
  const rungs = await step(`throughput, memory and cost without the read model, up to ${few} inquiries`, () =>
    measureThroughput(stack, observer, few),
  );
  const latency = await step('latency: idle, half load, full load', () => measureLatency(stack, observer));
  const rebalance = await step('rebalance: a second router joins and leaves', () => measureRebalance(stack, observer));
  const catchUp = await step(`catching up on a backlog of ${few}`, () => measureCatchUp(stack, observer, few));
  const readModelCatchUpSeconds = await step('the read model reads all that there is', () =>
    measureReadModelCatchUp(stack),
  );
  const rungsWithReadModel = await step(`the same with the read model, up to ${most} inquiries`, async () => {
    // Started anew, as before the part without it: memory and cost of the two are of processes of the same age.
    await stopServices(stack);
    await Promise.all([scaleChain(stack, 1), stack.scaleTo(READ_MODEL, 1)]);
    return measureThroughput(stack, observer, most);
  });
  await step('stopping the services', () => stopServices(stack));
  return { startUp, rungs, latency, rebalance, catchUp, readModelCatchUpSeconds, rungsWithReadModel };
};

const stopServices = async (stack: Stack): Promise<void> => {
  await Promise.all([scaleChain(stack, 0), stack.scaleTo(READ_MODEL, 0)]);
};

/** Servers, topics, schemas, playbooks and simulators, and no service. */
export const prepare = (options: BenchOptions, environment: Readonly<Record<string, string>> = {}): Stack =>
  chainStack({ ...options, environment });

/** Measures everything in one run on one broker, one thing after the other. */
export const runBench = async (stack: Stack, options: BenchOptions): Promise<BenchResult> => {
  const { root, dir, step, peer } = options;
  const { brokers } = stack.addresses;
  const ceiling = async (): Promise<Ceiling> =>
    measureCeiling(stack, await rawRecords(inquiries(Math.min(options.inquiries, MOST_FOR_LOOP)), stack.addresses));
  const peerRates: number[] = [];
  const runPeer = async (what: string): Promise<void> => {
    if (peer !== undefined) peerRates.push(await step(what, () => measurePeer(peer, stack.addresses)));
  };
  await runPeer('the peer');
  const before = await step('the bare copy loop', ceiling);
  return withObserver(brokers, inquiryRouted.v1.type, async (observer) => {
    const chain = await measureChain(stack, observer, options);
    const after = await step('the bare copy loop, again', ceiling);
    await runPeer('the peer, again');
    const asking = chainStack({ root, dir, model: true });
    try {
      const model = await step('a model of 500 ms, one answer in a hundred 5 s', () => measureModel(asking, observer));
      return {
        ...chain,
        ceilings: [before, after],
        peer: peer === undefined ? null : { command: peer, perSecond: peerRates },
        model,
      };
    } finally {
      await scaleChain(asking, 0);
    }
  });
};
