import type { FailPoint } from '@sluice/kernel';
import { seededRandom } from '@sluice/simulators';
import type { BrokerCount } from '@sluice/tooling';
import { broker } from './faults/brokers.ts';
import { lostEndTxn } from './faults/lost-answers.ts';
import { poison } from './faults/poison.ts';
import { deaths, outlivedTransaction, rebalanceStorm, rollingUpgrade, zombie } from './faults/processes.ts';
import { troubledProvider } from './faults/providers.ts';
import { exhaustedPool, flushedRedis, frozenServer, killedServer, outage } from './faults/servers.ts';
import type { Fault, Round } from './world.ts';

const STAGE_POINTS: readonly FailPoint[] = ['after-fetch', 'after-gather', 'after-postgres-commit', 'after-send', 'after-send-offsets', 'during-end-txn', 'after-commit-before-resolve'];
const LEDGER_POINTS: readonly FailPoint[] = ['before-lease', 'after-lease', 'before-provider-call', 'after-provider-answer', 'before-receipt-stored'];
const OUTAGE_MS = 60_000;

const shuffled = <Item>(items: readonly Item[], random: () => number): readonly Item[] =>
  items.map((item) => ({ item, at: random() })).sort((a, b) => a.at - b.at).map(({ item }) => item);

const alone = (fault: Fault): Round => ({ name: fault.name, faults: [fault] });

/** Every service dies at every point of its way, all of them at the same time; the notifier also at the ledger's. */
const deathsEverywhere = (signal: 'SIGKILL' | 'SIGTERM', random: () => number): Round => {
  // The classifier remembers nothing: it has no Postgres commit.
  const stateless = STAGE_POINTS.filter((point) => point !== 'after-postgres-commit');
  return {
    name: `${signal} of every service at each fail point`,
    replaces: true,
    faults: [
      ...(['ingest', 'enricher', 'router', 'notifier'] as const).map((service) => deaths(service, shuffled(STAGE_POINTS, random), signal)),
      deaths('classifier', shuffled(stateless, random), signal),
      deaths('notifier', shuffled(LEDGER_POINTS, random), signal),
    ],
  };
};

const zombies = (point: 'after-send' | 'after-send-offsets'): Round => ({
  name: point === 'after-send' ? 'zombie before its offsets are sent' : 'zombie with offsets pending',
  faults: (['ingest', 'enricher', 'classifier', 'router', 'notifier'] as const).map((service) => zombie(service, point)),
});

const brokerRounds = (brokers: BrokerCount): readonly Round[] =>
  brokers === 1
    ? [alone(killedServer('kafka', 'SIGKILL', 'broker killed')), alone(frozenServer('kafka', 'broker frozen'))]
    : (['leader', 'group coordinator', 'transaction coordinator'] as const).flatMap((role) => [alone(broker(role, 'killed')), alone(broker(role, 'frozen'))]);

export interface ScheduleOptions {
  readonly seed: number;
  readonly brokers: BrokerCount;
  /** Another build, to be upgraded to. */
  readonly bundles: string;
}

/** Every fault once, in an order that the seed gives: the same for the same seed. */
export const planRounds = ({ seed, brokers, bundles }: ScheduleOptions): readonly Round[] => {
  const random = seededRandom(seed);
  const rounds: readonly Round[] = [
    deathsEverywhere('SIGKILL', random),
    deathsEverywhere('SIGTERM', random),
    zombies('after-send'),
    zombies('after-send-offsets'),
    alone(outlivedTransaction('router')),
    alone(rebalanceStorm('router')),
    ...brokerRounds(brokers),
    alone(lostEndTxn(['enricher', 'router'])),
    alone(killedServer('postgres', 'SIGQUIT', 'PostgreSQL ended at once (immediate) and restarted')),
    alone(exhaustedPool),
    alone(flushedRedis),
    alone(outage({ server: 'redis', provider: 'openai', ms: OUTAGE_MS })),
    alone(outage({ server: 'registry', provider: 'firmographics', ms: OUTAGE_MS })),
    alone(poison),
    { name: 'troubled providers', faults: [troubledProvider('slack'), troubledProvider('webhook'), troubledProvider('openai')] },
    alone(rollingUpgrade(bundles)),
  ];
  return shuffled(rounds, random);
};
