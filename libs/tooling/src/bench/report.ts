import { cpus, totalmem } from 'node:os';
import { HOPS } from './chain.ts';
import { meanOf, type Quantiles } from './quantiles.ts';
import type { BenchResult } from './run-bench.ts';

const GB = 1024 ** 3;
const HOUR_SECONDS = 3_600;
/** Arrivals for which an hour's backlog is calculated. */
const HOURLY_RATES = [10, 100];

const round = (value: number, digits = 0): number => Number(value.toFixed(digits));
const ms = (value: number): string => `${value.toFixed(0)} ms`;
const quantiles = ({ p50, p95, p99 }: Quantiles): string => `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const rounded = ({ p50, p95, p99 }: Quantiles): Quantiles => ({ p50: round(p50), p95: round(p95), p99: round(p99) });

type Line = readonly [what: string, measured: string];

export const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${round(totalmem() / GB)} GB, Node ${process.version}; one broker, Postgres, Redis and registry on the same cores`;

const ceilingOf = ({ ceilings }: BenchResult): number => meanOf(ceilings.map(({ perSecond }) => perSecond));
const throughputOf = ({ rungs }: BenchResult): number => rungs.at(-1)?.donePerSecond ?? 0;

const chainLines = (result: BenchResult): readonly Line[] => {
  const { ceilings } = result;
  return [
    [
      'whole chain, effects settled',
      `${throughputOf(result).toFixed(0)} inquiries/s (${result.rungs.at(-1)?.records} inquiries, rules only, effects to a null sink); routed at ${result.rungs.at(-1)?.perSecond.toFixed(0)}/s`,
    ],
    ['bare copy loop, before and after', ceilings.map(({ perSecond }) => `${perSecond.toFixed(0)}/s`).join(', ')],
    ['share of the ceiling', percent(throughputOf(result) / ceilingOf(result))],
    [
      'CPU of one inquiry through the bare loop',
      ceilings
        .map(({ cpuMs }) =>
          cpuMs === null
            ? 'not told by this system'
            : `hops ${cpuMs.hops.toFixed(2)} ms, kafka ${cpuMs.kafka.toFixed(2)} ms`,
        )
        .join(' | '),
    ],
    ['bare transaction, loaded', ceilings.map(({ loadedTransaction }) => quantiles(loadedTransaction)).join(' | ')],
  ];
};

const latencyLines = ({ latency, ceilings }: BenchResult): readonly Line[] => {
  const mean = meanOf(ceilings.map(({ idleTransaction }) => idleTransaction.mean));
  return [
    ['202 to routed, idle', quantiles(latency.idle)],
    [`202 to routed, half load (${(latency.fullPerSecond / 2).toFixed(0)}/s)`, quantiles(latency.half)],
    [`202 to routed, full load (${latency.fullPerSecond.toFixed(0)}/s over HTTP)`, quantiles(latency.full)],
    ['bare transaction, idle', `mean ${ms(mean)}; × ${HOPS} hops × 1.5 = ${ms(mean * HOPS * 1.5)}`],
    ['bare loop, through all hops, idle', ceilings.map(({ idleThrough }) => quantiles(idleThrough)).join(' | ')],
  ];
};

const rungLines = ({ rungs }: BenchResult): readonly Line[] =>
  rungs.map(({ total, perSecond, donePerSecond, rssMb, cpuMs }): Line => {
    const memory = Object.entries(rssMb)
      .map(([name, mb]) => `${name} ${mb.toFixed(0)}`)
      .join(', ');
    const known = Object.entries(cpuMs).flatMap(([name, spent]) => (spent === null ? [] : [[name, spent] as const]));
    const cost = known.map(([name, spent]) => `${name} ${spent.toFixed(2)}`).join(', ');
    return [
      `up to ${total} inquiries`,
      `routed ${perSecond.toFixed(0)}/s, done ${donePerSecond.toFixed(0)}/s; RSS in MB: ${memory}; CPU in ms each: ${known.reduce((sum, [, spent]) => sum + spent, 0).toFixed(2)} (${cost})`,
    ];
  });

const startingLines = ({ startUp, rebalance, catchUp }: BenchResult): readonly Line[] => [
  [
    'start-up, all at once',
    Object.entries(startUp)
      .map(([name, seconds]) => `${name} ${seconds.toFixed(1)} s`)
      .join(', '),
  ],
  [
    'second router joins',
    `ready after ${rebalance.joinSeconds.toFixed(1)} s; slowest inquiry meanwhile ${ms(rebalance.worstJoiningMs)}`,
  ],
  ['second router leaves', `slowest inquiry meanwhile ${ms(rebalance.worstLeavingMs)}`],
  [
    'catching up',
    `${catchUp.backlog} inquiries in ${catchUp.seconds.toFixed(1)} s, start-up included; ${catchUp.perSecond.toFixed(0)}/s once it flows`,
  ],
  [
    "an hour's backlog (calculated from that rate, not measured)",
    HOURLY_RATES.map((rate) => `${rate}/s: ${((rate * HOUR_SECONDS) / catchUp.perSecond / 60).toFixed(1)} min`).join(
      ', ',
    ),
  ],
];

const modelLine = ({ model }: BenchResult): Line => [
  `model, ${model.concurrency} at a time, mean ${model.meanSeconds * 1_000} ms`,
  `${model.perSecond.toFixed(1)}/s of ${model.bound.toFixed(1)}/s: ${percent(model.perSecond / model.bound)} (${model.asked} questions${model.cpuMs === null ? '' : `; classifier CPU ${model.cpuMs.toFixed(2)} ms each`})`,
];

/** What was measured, in lines. */
export const tableOf = (result: BenchResult): string => {
  const lines = [
    ...chainLines(result),
    ...latencyLines(result),
    ...rungLines(result),
    ...startingLines(result),
    modelLine(result),
  ];
  return [`| ${machine()} | |`, '|---|---|', ...lines.map(([what, measured]) => `| ${what} | ${measured} |`)].join(
    '\n',
  );
};

/** For machines: one line. Rates per second, times in milliseconds, memory in megabytes resident by service and count. */
export const jsonOf = (result: BenchResult): string =>
  JSON.stringify({
    throughput: { perSecond: round(throughputOf(result), 1) },
    ceiling: { perSecond: round(ceilingOf(result), 1) },
    latency: {
      idle: rounded(result.latency.idle),
      half: rounded(result.latency.half),
      full: rounded(result.latency.full),
    },
    memory: Object.fromEntries(
      result.rungs.map(({ total, rssMb }) => [
        total,
        Object.fromEntries(Object.entries(rssMb).map(([name, mb]) => [name, round(mb)])),
      ]),
    ),
    model: { perSecond: round(result.model.perSecond, 1), bound: round(result.model.bound, 1) },
  });
