import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { controlSimulators } from '@sluice/simulators';
import { buildApps, isAlive, Stack, type BrokerCount } from '@sluice/tooling';
import { followCommitted } from './judge/committed-records.ts';
import { comeToRest, whoIsBehind } from './come-to-rest.ts';
import type { Finding } from './judge/evidence.ts';
import { gatherEvidence, judge } from './judge/judge.ts';
import { kafkaTools, type KafkaTools } from './judge/kafka-tool.ts';
import type { Builds } from './faults/processes.ts';
import { buildOlder } from './older-build.ts';
import { startLoad, type Acknowledged } from './load.ts';
import { hasTimeForAnother, partedByNeed, planRounds, written } from './schedule.ts';
import {
  messageOf,
  services,
  SESSION_TIMEOUT_MS,
  TRANSACTION_TIMEOUT_MS,
  type Round,
  type Struck,
  type World,
} from './world.ts';

export interface ChaosOptions {
  /** The checkout. */
  readonly root: string;
  /** State of this run. */
  readonly dir: string;
  readonly seed: number;
  readonly brokers: BrokerCount;
  /** See `planRounds`. */
  readonly set: 'short' | 'whole';
  /** Rounds whose name holds one of these; all when there is none. */
  readonly only: readonly string[];
  /** A commit whose build is put in place and upgraded from; null to upgrade between two builds of this one. */
  readonly from: string | null;
  /** Goes on with further schedules until so many milliseconds have passed; one schedule when zero. */
  readonly forMs: number;
  /**
   * What the first schedule may take. When it is nearly used up no further round is begun but those that strike a kind of fault for
   * the first time. All rounds unless told.
   */
  readonly budgetMs?: number;
  readonly say: (text: string) => void;
}

export interface ChaosReport {
  readonly seed: number;
  readonly brokers: BrokerCount;
  readonly minutes: number;
  readonly struck: readonly Struck[];
  /** Rounds of the plan for which there was no time; each strikes kinds of faults that others struck. */
  readonly skipped: readonly string[];
  /** How the chain came to rest when all was over. */
  readonly rest: Struck;
  readonly acknowledged: readonly Acknowledged[];
  readonly findings: readonly Finding[];
}

/** As `playbooks/chaos` has it. */
const SHARES = { ada: 3, grace: 2, linus: 1 };
const WRITERS = 12;
const PACE_MS = 1_500;
const MINUTE_MS = 60_000;

const lineOf = ({ round, seconds, failure }: Omit<Struck, 'span'>): string =>
  `  ${failure ? '✘' : '✔'} ${round} (${seconds.toFixed(1)} s)${failure ? `: ${failure}` : ''}`;

/** After these a receipt may be missing for what was done. */
const isInterrupting = ({ faults, failure }: Struck): boolean =>
  failure !== null || faults.some((name) => /notifier|PostgreSQL|upgrade/u.test(name));

const strike = async (world: World, tools: KafkaTools, round: Round): Promise<Omit<Struck, 'span'>> => {
  world.load.during(round.name);
  const from = performance.now();
  const outcomes = await Promise.allSettled(round.faults.map((fault) => fault.strike(world)));
  const failures = outcomes.flatMap((outcome, at) =>
    outcome.status === 'rejected' ? [`${round.faults[at]?.name}: ${messageOf(outcome.reason)}`] : [],
  );
  const struck = {
    round: round.name,
    kinds: round.kinds,
    faults: round.faults.map(({ name }) => name),
    seconds: (performance.now() - from) / 1_000,
  };
  if (failures.length === 0) return { ...struck, failure: null };
  return {
    ...struck,
    failure: `${failures.join('; ')} [behind: ${(await whoIsBehind(tools, world.stack.addresses.brokers)).join('; ')}]`,
  };
};

/** One healthy replica of every service again; another one where what was armed has not met its fault, and must not meet it later. */
const restore = async ({ stack }: World, { failure }: Pick<Struck, 'failure'>): Promise<void> => {
  await Promise.all(
    services.map(async (service) => {
      if (failure !== null || stack.replicas(service).filter(isAlive).length !== 1) await stack.scaleTo(service, 0);
      await stack.scaleTo(service, 1);
    }),
  );
};

interface StruckAll {
  readonly struck: readonly Struck[];
  readonly skipped: readonly string[];
}

const strikeAll = async (
  world: World,
  tools: KafkaTools,
  { began, builds, ...options }: ChaosOptions & { readonly began: number; readonly builds: Builds },
): Promise<StruckAll> => {
  const { seed, brokers, set, only, forMs, budgetMs = Infinity, say } = options;
  const from = performance.now();
  const struck: Struck[] = [];
  const skipped: string[] = [];
  const strikeOne = async (round: Round): Promise<void> => {
    const roundFrom = Date.now();
    const one = await strike(world, tools, round);
    say(lineOf(one));
    await restore(world, one);
    struck.push({ ...one, span: { from: roundFrom, to: Date.now() } });
  };
  for (let schedule = 0; schedule === 0 || performance.now() - from < forMs; schedule += 1) {
    const rounds = planRounds({ seed: seed + schedule, brokers, builds, set }).filter(
      ({ name }) => only.length === 0 || only.some((text) => name.includes(text)),
    );
    const { needed, more } = partedByNeed(rounds);
    const roundMs = () => struck.map(({ span }) => span.to - span.from);
    say(`schedule of seed ${seed + schedule}\n${written([...needed, ...more]).join('\n')}`);
    for (const round of [...needed, ...more]) {
      if (schedule > 0 && performance.now() - from >= forMs) break;
      const isInTime = hasTimeForAnother({ elapsedMs: performance.now() - began, roundMs: roundMs(), budgetMs });
      if (isInTime || needed.includes(round)) await strikeOne(round);
      else skipped.push(round.name);
    }
  }
  return { struck, skipped };
};

/** Strikes every fault under load, waits until all is quiet, and judges. Leaves its state in `dir`; stops what it started. */
export const runChaos = async (options: ChaosOptions): Promise<ChaosReport> => {
  const { root, dir, seed, brokers, from, say } = options;
  const began = performance.now();
  mkdirSync(dir, { recursive: true });
  const stack = new Stack({
    root,
    dir,
    brokers,
    addresses: null,
    playbooksDir: join(root, 'libs', 'chaos', 'playbooks'),
    environment: {
      SLUICE_KAFKA_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
      SLUICE_KAFKA_TRANSACTION_TIMEOUT_MS: String(TRANSACTION_TIMEOUT_MS),
      SLUICE_RATE_LIMIT: '1000000',
      SLUICE_LOG_LEVEL: 'warn',
    },
  });
  const tools = await kafkaTools(join(root, '.sluice', 'cache'));
  try {
    const builds: Builds = {
      older: from === null ? null : await buildOlder(root, { ref: from, dir }),
      newer: join(dir, 'next-build'),
    };
    await Promise.all([stack.start(), buildApps(root, { outdir: builds.newer, minify: true })]);
    const simulators = controlSimulators(stack.simulatorsUrl);
    await simulators.addChannels(['#leads']);
    const reader = followCommitted(tools, stack.addresses.brokers, join(dir, 'during.records'));
    const load = startLoad({
      stack,
      run: `s${seed}`,
      writers: WRITERS,
      paceMs: PACE_MS,
      file: join(dir, 'acknowledged'),
    });
    const world: World = { root, stack, simulators, load, kafkaTool: (mainClass, args) => tools.run(mainClass, args) };
    say(
      `seed ${seed}, ${brokers} broker${brokers === 1 ? '' : 's'}; upgrade from ${from ?? 'another build of the same'}; up after ${((performance.now() - began) / 1_000).toFixed(0)} s`,
    );
    const { struck, skipped } = await strikeAll(world, tools, { ...options, builds, began });
    await load.stop();
    const rest = await comeToRest({ tools, stack, reader });
    say(lineOf(rest));
    await reader.stop();
    const evidence = await gatherEvidence({
      dir,
      tools,
      simulators,
      brokers: stack.addresses.brokers,
      postgresUrl: stack.addresses.postgresUrl,
      acknowledged: load.acknowledged,
      during: join(dir, 'during.records'),
      interruptions: struck.filter(isInterrupting).map(({ span }) => span),
      shares: SHARES,
    });
    return {
      seed,
      brokers,
      minutes: (performance.now() - began) / MINUTE_MS,
      struck,
      skipped,
      rest,
      acknowledged: load.acknowledged,
      findings: judge(evidence),
    };
  } finally {
    await stack.stop();
  }
};
