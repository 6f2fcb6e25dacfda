import type { Connector, InstalledConnector } from '@sluice/connectors';
import type { LaneTerms } from '../domain/lane-pace.ts';
import type { Terms } from '../domain/next-step.ts';
import { noFailPoints, type FailPoint, type FailPoints } from '@sluice/kernel';
import { Lanes } from '../lanes.ts';
import { createPerformer } from '../perform-effect.ts';
import type { TestLedger } from './a-ledger.ts';

export const quickTerms: Terms = {
  maxTries: 4,
  maxAsks: 5,
  baseMs: 20,
  capMs: 200,
  graceMs: 100,
  giveUpMs: 60_000,
  mendMs: 60_000,
};
export const quickLane: LaneTerms = {
  concurrency: 5,
  perSecond: 1_000,
  burst: 1_000,
  breaker: { failures: 5, restMs: 300 },
};

export interface NotifierUnderTest {
  readonly ledger: TestLedger;
  readonly connectors: readonly Connector[];
  readonly failPoints?: FailPoints;
  readonly terms?: Partial<Terms>;
  readonly lane?: Partial<LaneTerms>;
  readonly leaseMs?: number;
  /** Takes work of this lane only. */
  readonly only?: string;
}

/** A connector for every target of its kind. */
export const installed = (connector: Connector): InstalledConnector => ({
  ...connector,
  provider: null,
  environment: null,
});

/** The lanes of one notifier process on connections of its own. As many of them as a test wants share one ledger. */
export const aNotifier = async ({
  ledger: world,
  connectors,
  failPoints = noFailPoints,
  terms = {},
  lane = {},
  leaseMs = 1_500,
  only,
}: NotifierUnderTest): Promise<Lanes> => {
  const ledger = world.another();
  const lanes = new Lanes({
    ledger,
    take: async (lane, count) => {
      failPoints.at('before-lease');
      return only === undefined || only === lane ? ledger.take(lane, { count, leaseMs }) : [];
    },
    perform: createPerformer({
      ledger,
      connectors: connectors.map(installed),
      terms: { ...quickTerms, ...terms },
      failPoints,
    }),
    termsOf: () => ({ ...quickLane, ...lane }),
    onError: () => undefined,
    watchMs: 100,
  });
  await lanes.start();
  return lanes;
};

/** Dies at a fail point: from then on this process does nothing any more, as if it had been killed there. */
export const dyingAt = (point: FailPoint): FailPoints & { readonly died: () => boolean } => {
  let dead = false;
  return {
    at(here) {
      dead ||= here === point;
      if (dead) throw new Error(`dead since ${point}`);
    },
    died: () => dead,
  };
};

/** From the lease to the receipt. */
export const POINTS: readonly FailPoint[] = [
  'before-lease',
  'after-lease',
  'before-provider-call',
  'after-provider-answer',
  'before-receipt-stored',
];
