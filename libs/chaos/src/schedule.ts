import type { FailPoint } from '@sluice/kernel';
import { seededRandom } from '@sluice/simulators';
import type { BrokerCount } from '@sluice/tooling';
import { broker } from './faults/brokers.ts';
import { lostEndTxn } from './faults/lost-answers.ts';
import { poison } from './faults/poison.ts';
import { deaths, outlivedTransaction, rollingUpgrade, zombie, type Builds, type Passing } from './faults/processes.ts';
import { troubledProvider } from './faults/providers.ts';
import { rebalanceStorm } from './faults/rebalances.ts';
import { exhaustedPool, flushedRedis, frozenServer, killedServer, outage } from './faults/servers.ts';
import { pick, services, type Fault, type Kind, type Round, type Service } from './world.ts';

const STAGE_POINTS: readonly FailPoint[] = [
  'after-fetch',
  'after-gather',
  'after-postgres-commit',
  'after-send',
  'after-send-offsets',
  'during-end-txn',
  'after-commit-before-resolve',
];
const LEDGER_POINTS: readonly FailPoint[] = [
  'before-lease',
  'after-lease',
  'before-provider-call',
  'after-provider-answer',
  'before-receipt-stored',
];
const OUTAGE_MS = 60_000;
/** How often each provider shows each trouble in one schedule. */
export const TROUBLES = { short: 1, whole: 3 } as const;

const shuffled = <Item>(items: readonly Item[], random: () => number): readonly Item[] =>
  items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);

const alone = (kind: Kind, fault: Fault, name = fault.name): Round => ({ name, kinds: [kind], faults: [fault] });
/** At the same time, each by another service or server: what is mostly waiting need not be waited for one by one. */
const together = (name: string, rounds: readonly Round[]): Round => ({
  name,
  kinds: [...new Set(rounds.flatMap((round) => round.kinds))],
  faults: rounds.flatMap(({ faults }) => faults),
});

const PASSINGS = [1, 2, 3];
/** Drawn when it is planned: what is drawn while services die at once would depend on who is first. */
const passing = (point: FailPoint, random: () => number): Passing => ({ point, nth: pick(random, PASSINGS) });
const inAnyOrder = (points: readonly FailPoint[], random: () => number): readonly Passing[] =>
  shuffled(points, random).map((point) => passing(point, random));

type Deal = Readonly<Partial<Record<Service, readonly FailPoint[]>>>;

/** Every service dies at every point of its way. The classifier remembers nothing: it has no Postgres commit. */
const everyPoint: Deal = Object.fromEntries(
  services.map((service) => [
    service,
    STAGE_POINTS.filter((point) => service !== 'classifier' || point !== 'after-postgres-commit'),
  ]),
);

/** Every point is met once, each by another service as far as they go round. */
const dealt = (random: () => number): Deal => {
  const hands = new Map<Service, FailPoint[]>();
  for (const [at, point] of shuffled(STAGE_POINTS, random).entries()) {
    const able = services.filter((service) => service in everyPoint && everyPoint[service]?.includes(point));
    const service = able[at % able.length] ?? 'router';
    hands.set(service, [...(hands.get(service) ?? []), point]);
  }
  return Object.fromEntries(hands);
};

/** The services die at their points, all of them at the same time. */
const deathRound = (signal: 'SIGKILL' | 'SIGTERM', deal: Deal, random: () => number): Round => ({
  name: `${signal} at every point of a stage`,
  kinds: ['death at a point of a stage'],
  faults: services.flatMap((service) =>
    deal[service] ? [deaths(service, inAnyOrder(deal[service], random), signal)] : [],
  ),
});

/** The notifier dies at every point of an effect's way, with everything before it in good health. */
const ledgerDeathRound = (signal: 'SIGKILL' | 'SIGTERM', random: () => number): Round => ({
  name: `${signal} at every point of an effect`,
  kinds: ['death at a point of an effect'],
  faults: [deaths('notifier', inAnyOrder(LEDGER_POINTS, random), signal)],
});

const zombieRound = (
  point: 'after-send' | 'after-send-offsets',
  struck: readonly Service[],
  random: () => number,
): Round => ({
  name: point === 'after-send' ? 'zombie before its offsets are sent' : 'zombie with offsets pending',
  kinds: ['fencing'],
  faults: struck.map((service) => zombie(service, passing(point, random))),
});

const outlivedRound = (service: Service, random: () => number): Round =>
  alone(
    'fencing',
    outlivedTransaction(service, passing('after-send', random)),
    `a transaction of ${service} that outlives its time-out`,
  );

const brokerRounds = (brokers: BrokerCount): readonly Round[] =>
  brokers === 1
    ? [
        alone('broker', killedServer('kafka', 'SIGKILL', 'broker killed')),
        alone('broker', frozenServer('kafka', 'broker frozen')),
      ]
    : (['leader', 'group coordinator', 'transaction coordinator'] as const).flatMap((role) => [
        alone('broker', broker(role, 'killed')),
        alone('broker', broker(role, 'frozen')),
      ]);

export interface ScheduleOptions {
  readonly seed: number;
  readonly brokers: BrokerCount;
  /** What is upgraded from and to. */
  readonly builds: Builds;
  /** `short`: every fault and every fail point once, by some service. `whole`: by every service. */
  readonly set: 'short' | 'whole';
}

const REDIS_AND_MODEL = outage('redis', 'openai', OUTAGE_MS);
const REGISTRY_AND_ENRICHMENT = outage('registry', 'firmographics', OUTAGE_MS);

const shortSet = (random: () => number): readonly Round[] => {
  const [first = 'router', second = 'enricher', third = 'ingest', fourth = 'notifier'] = shuffled(services, random);
  return [
    deathRound('SIGKILL', dealt(random), random),
    deathRound('SIGTERM', dealt(random), random),
    ledgerDeathRound('SIGKILL', random),
    ledgerDeathRound('SIGTERM', random),
    together(
      'zombie before its offsets are sent, zombie with offsets pending, and a transaction that outlives its time-out',
      [
        zombieRound('after-send', [first], random),
        zombieRound('after-send-offsets', [second], random),
        outlivedRound(third, random),
      ],
    ),
    alone('lost answer', lostEndTxn(['router'])),
    together('redis, openai, registry and firmographics away, and a rebalance storm meanwhile', [
      alone('outage of helpers', REDIS_AND_MODEL),
      alone('outage of helpers', REGISTRY_AND_ENRICHMENT),
      alone('rebalance', rebalanceStorm(fourth)),
    ]),
  ];
};

const wholeSet = (random: () => number): readonly Round[] => [
  deathRound('SIGKILL', everyPoint, random),
  deathRound('SIGTERM', everyPoint, random),
  ledgerDeathRound('SIGKILL', random),
  ledgerDeathRound('SIGTERM', random),
  zombieRound('after-send', services, random),
  zombieRound('after-send-offsets', services, random),
  ...services.flatMap((service) => [outlivedRound(service, random), alone('rebalance', rebalanceStorm(service))]),
  alone('lost answer', lostEndTxn(['enricher', 'router'])),
  alone('outage of helpers', REDIS_AND_MODEL),
  alone('outage of helpers', REGISTRY_AND_ENRICHMENT),
];

/** Faults in an order that the seed gives: the same for the same seed. */
export const planRounds = ({ seed, brokers, builds, set }: ScheduleOptions): readonly Round[] => {
  const random = seededRandom(seed);
  return shuffled(
    [
      ...(set === 'short' ? shortSet(random) : wholeSet(random)),
      ...brokerRounds(brokers),
      alone('database', killedServer('postgres', 'SIGQUIT', 'PostgreSQL ended at once (immediate) and restarted')),
      alone('database', exhaustedPool),
      alone('outage of helpers', flushedRedis),
      alone('poison', poison),
      {
        name: 'troubled providers',
        kinds: ['troubled provider'],
        faults: (['slack', 'webhook', 'openai'] as const).map((provider) => troubledProvider(provider, TROUBLES[set])),
      },
      alone('upgrade', rollingUpgrade(builds)),
    ],
    random,
  );
};

export interface Parted {
  /** Together they strike every kind of fault there is in the plan: struck however long it takes. */
  readonly needed: readonly Round[];
  /** Each strikes a kind again: struck while there is time. */
  readonly more: readonly Round[];
}

/** Parts a plan in two, each in the order of the plan: the first round of every kind, and the rest. */
export const partedByNeed = (rounds: readonly Round[]): Parted => {
  const seen = new Set<Kind>();
  const needed = rounds.filter((round) => {
    const isFirst = round.kinds.some((kind) => !seen.has(kind));
    for (const kind of round.kinds) seen.add(kind);
    return isFirst;
  });
  return { needed, more: rounds.filter((round) => !needed.includes(round)) };
};

export interface TimeUsed {
  readonly elapsedMs: number;
  readonly budgetMs: number;
  /** What each round so far took. */
  readonly roundMs: readonly number[];
}

const LEAST_ROUND_MS = 60_000;

/** Whether another round, which may take as long as the longest so far, would end within the budget. */
export const hasTimeForAnother = ({ elapsedMs, budgetMs, roundMs }: TimeUsed): boolean =>
  elapsedMs + Math.max(LEAST_ROUND_MS, ...roundMs) <= budgetMs;

/** What is to come, a line for each round, down to the passing of each fail point. */
export const written = (rounds: readonly Round[]): readonly string[] =>
  rounds.map(({ name, faults }, at) => {
    const parts = faults.map((fault) => fault.name).filter((part) => part !== name);
    return `  ${at + 1}. ${name}${parts.length === 0 ? '' : `: ${parts.join('; ')}`}`;
  });
