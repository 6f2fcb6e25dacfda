import { cpus, totalmem } from 'node:os';
import { HOPS } from './chain.ts';
import { growthOf, type Growth } from './memory.ts';
import type { Ceiling } from './measure-ceiling.ts';
import { WITHOUT_READ_MODEL, type Rung } from './measure-throughput.ts';
import type { ModelRate } from './measure-model.ts';
import type { Peer } from './peer.ts';
import { meanOf, type Quantiles } from './quantiles.ts';
import type { BenchResult } from './run-bench.ts';

const GB = 1024 ** 3;
const HOUR_SECONDS = 3_600;
/** Arrivals for which an hour's backlog is calculated. */
const HOURLY_RATES = [10, 100] as const;
const BARE_FACTOR = 1.5;

const round = (value: number, digits = 0): number => Number(value.toFixed(digits));
const rounded = ({ p50, p95, p99 }: Quantiles): Quantiles => ({ p50: round(p50), p95: round(p95), p99: round(p99) });
const mapValues = <Value, Result>(
  record: Readonly<Record<string, Value>>,
  of: (value: Value) => Result,
): Readonly<Record<string, Result>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value)]));

type ByProcess = Readonly<Record<string, number>>;

/** Those that the system tells; null where it tells none. */
const cpuByProcess = (rung: Rung | undefined): ByProcess | null => {
  const known = Object.entries(rung?.cpuMs ?? {}).flatMap(([name, ms]) =>
    ms === null ? [] : [[name, round(ms, 2)] as const],
  );
  return known.length === 0 ? null : Object.fromEntries(known);
};
const sumOf = (byProcess: ByProcess | null): number | null =>
  byProcess === null
    ? null
    : round(
        Object.values(byProcess).reduce((sum, ms) => sum + ms, 0),
        2,
      );

/** The rung that ends at 4,000, or the last of a shorter run: the processes of both parts are of the same age then. */
const compared = (rungs: readonly Rung[]): Rung | undefined =>
  rungs.find(({ total }) => total === WITHOUT_READ_MODEL) ?? rungs.at(-1);

const rungFigures = (rung: Rung) => ({
  inquiries: rung.total,
  routedPerSecond: round(rung.perSecond, 1),
  donePerSecond: round(rung.donePerSecond, 1),
  cpuMs: sumOf(cpuByProcess(rung)),
  cpuMsByProcess: cpuByProcess(rung),
  rssMb: mapValues(rung.memory, ({ rssMb }) => round(rssMb)),
  heapMb: mapValues(rung.memory, ({ heapMb }) => round(heapMb)),
  promisesAtRisk: rung.due.atRisk,
  promisesBroken: rung.due.broken,
});

const ceilingFigures = ({ perSecond, cpuMs, loadedTransaction, idleTransaction, idleThrough }: Ceiling) => ({
  perSecond: round(perSecond, 1),
  cpuMs: cpuMs && { hops: round(cpuMs.hops, 2), kafka: round(cpuMs.kafka, 2) },
  loadedTransaction: rounded(loadedTransaction),
  idleTransactionMeanMs: round(idleTransaction.mean, 1),
  idleThrough: rounded(idleThrough),
});

const growthFigures = ({ from, to, share, flat }: Growth) => ({
  fromInquiries: from.inquiries,
  toInquiries: to.inquiries,
  rssMb: [round(from.rssMb), round(to.rssMb)],
  heapMb: [round(from.heapMb), round(to.heapMb)],
  share: round(share, 3),
  flat,
});

const perSecondOf = (rung: Rung | undefined): number => rung?.donePerSecond ?? 0;

const throughputFigures = ({ rungs, rungsWithReadModel }: BenchResult) => {
  const alone = rungs.at(-1);
  return {
    perSecond: round(perSecondOf(alone), 1),
    routedPerSecond: round(alone?.perSecond ?? 0, 1),
    inquiries: alone?.records ?? 0,
    withApiPerSecond: round(perSecondOf(compared(rungsWithReadModel)), 1),
  };
};

const peerFigures = ({ command, perSecond }: Peer, chain: number) => ({
  command,
  perSecond: round(meanOf(perSecond), 1),
  runs: perSecond.map((rate) => round(rate, 1)),
  ratio: round(chain / meanOf(perSecond), 3),
});

const latencyFigures = ({ latency, ceilings }: BenchResult) => {
  const bareTransaction = meanOf(ceilings.map(({ idleTransaction }) => idleTransaction.mean));
  return {
    idle: rounded(latency.idle),
    half: { ...rounded(latency.half), perSecond: round(latency.fullPerSecond / 2, 1) },
    full: { ...rounded(latency.full), perSecond: round(latency.fullPerSecond, 1) },
    bareTransactionMs: round(bareTransaction, 1),
    bareTransactionTimesHopsMs: round(bareTransaction * HOPS * BARE_FACTOR, 1),
  };
};

const startingFigures = ({ startUp, rebalance, catchUp, readModelCatchUpSeconds }: BenchResult) => ({
  startUpSeconds: mapValues(startUp, (seconds) => round(seconds, 1)),
  rebalance: {
    joinSeconds: round(rebalance.joinSeconds, 1),
    worstJoiningMs: round(rebalance.worstJoiningMs),
    worstLeavingMs: round(rebalance.worstLeavingMs),
  },
  catchUp: {
    backlog: catchUp.backlog,
    seconds: round(catchUp.seconds, 1),
    perSecond: round(catchUp.perSecond, 1),
    hourAtRateMinutes: Object.fromEntries(
      HOURLY_RATES.map((rate) => [rate, round((rate * HOUR_SECONDS) / catchUp.perSecond / 60, 1)]),
    ),
    readModelSeconds: round(readModelCatchUpSeconds, 1),
  },
});

const modelFigures = ({ perSecond, bound, concurrency, meanSeconds, asked, cpuMs }: ModelRate) => ({
  perSecond: round(perSecond, 1),
  bound: round(bound, 1),
  share: round(perSecond / bound, 4),
  concurrency,
  meanMs: round(meanSeconds * 1_000),
  asked,
  classifierCpuMs: cpuMs === null ? null : round(cpuMs, 2),
});

/** Every figure there is: the table is written from these, and `--json` prints them. */
export const figuresOf = (result: BenchResult) => {
  const { ceilings, peer, rungs, rungsWithReadModel } = result;
  const ceiling = meanOf(ceilings.map(({ perSecond }) => perSecond));
  const chain = perSecondOf(rungs.at(-1));
  const withApi = cpuByProcess(compared(rungsWithReadModel));
  const withoutApi = cpuByProcess(compared(rungs));
  const growth = growthOf(rungsWithReadModel, WITHOUT_READ_MODEL);
  return {
    machine: machine(),
    throughput: throughputFigures(result),
    ceiling: { perSecond: round(ceiling, 1), runs: ceilings.map(ceilingFigures) },
    shareOfCeiling: round(chain / ceiling, 4),
    peer: peer && peerFigures(peer, chain),
    cpuMsPerInquiry: {
      withoutApi: sumOf(withoutApi),
      withApi: sumOf(withApi),
      byProcess: withApi,
      byProcessWithoutApi: withoutApi,
    },
    latency: latencyFigures(result),
    rungs: rungs.map(rungFigures),
    rungsWithApi: rungsWithReadModel.map(rungFigures),
    /** Resident megabytes by service, by how many inquiries had gone through. */
    memory: Object.fromEntries(
      rungsWithReadModel.map(({ total, memory }) => [total, mapValues(memory, ({ rssMb }) => round(rssMb))]),
    ),
    /** Null where only one look lies beyond 4,000 inquiries. */
    memoryGrowth: growth && mapValues(growth, growthFigures),
    memoryFlat: growth && Object.values(growth).every(({ flat }) => flat),
    ...startingFigures(result),
    model: modelFigures(result.model),
  };
};

export type Figures = ReturnType<typeof figuresOf>;

type Line = readonly [what: string, measured: string];

const NOT_TOLD = 'not told by this system';
const ms = (value: number): string => `${value} ms`;
const quantiles = ({ p50, p95, p99 }: Quantiles): string => `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const listed = (values: Readonly<Record<string, number | string>>, unit = ''): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value}${unit}`)
    .join(', ');

export const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${round(totalmem() / GB)} GB, Node ${process.version}; one broker, Postgres, Redis and registry on the same cores`;

const costLine = (what: string, ms: number | null, byProcess: ByProcess | null): Line => [
  `CPU of one inquiry until all is done, ${what}`,
  ms === null ? NOT_TOLD : `${ms} ms (${listed(byProcess ?? {})})`,
];

const peerLines = ({ peer }: Figures): readonly Line[] =>
  peer === null
    ? []
    : [
        [
          'peer, before and after',
          `${peer.runs.map((rate) => `${rate}/s`).join(', ')}; mean ${peer.perSecond}/s (\`${peer.command}\`)`,
        ],
        ['chain ÷ peer', `${peer.ratio}`],
      ];

const chainLines = (figures: Figures): readonly Line[] => {
  const { throughput, ceiling, shareOfCeiling, cpuMsPerInquiry: cost } = figures;
  return [
    [
      'whole chain, effects settled',
      `${throughput.perSecond} inquiries/s (${throughput.inquiries} inquiries, rules only, effects to a null sink); routed at ${throughput.routedPerSecond}/s; with the API ${throughput.withApiPerSecond}/s`,
    ],
    [
      'bare copy loop, before and after',
      `${ceiling.runs.map(({ perSecond }) => `${perSecond}/s`).join(', ')}; mean ${ceiling.perSecond}/s`,
    ],
    ['share of the ceiling', percent(shareOfCeiling)],
    ...peerLines(figures),
    costLine('without the API', cost.withoutApi, cost.byProcessWithoutApi),
    costLine('with the API', cost.withApi, cost.byProcess),
    [
      'CPU of one inquiry through the bare loop',
      ceiling.runs
        .map(({ cpuMs }) => (cpuMs === null ? NOT_TOLD : `hops ${cpuMs.hops} ms, kafka ${cpuMs.kafka} ms`))
        .join('; '),
    ],
    ['bare transaction, loaded', ceiling.runs.map(({ loadedTransaction }) => quantiles(loadedTransaction)).join('; ')],
  ];
};

const latencyLines = ({ latency, ceiling }: Figures): readonly Line[] => [
  ['202 to routed, idle', quantiles(latency.idle)],
  [`202 to routed, half load (${latency.half.perSecond}/s)`, quantiles(latency.half)],
  [`202 to routed, full load (${latency.full.perSecond}/s over HTTP)`, quantiles(latency.full)],
  [
    'bare transaction, idle',
    `${ceiling.runs.map(({ idleTransactionMeanMs }) => ms(idleTransactionMeanMs)).join(', ')}; mean ${ms(latency.bareTransactionMs)}; × ${HOPS} hops × ${BARE_FACTOR} = ${ms(latency.bareTransactionTimesHopsMs)}`,
  ],
  ['bare loop, through all hops, idle', ceiling.runs.map(({ idleThrough }) => quantiles(idleThrough)).join('; ')],
];

const rungLine = (title: string, rung: Figures['rungs'][number]): Line => [
  `${title}up to ${rung.inquiries} inquiries`,
  [
    `routed ${rung.routedPerSecond}/s, done ${rung.donePerSecond}/s`,
    `RSS in MB: ${listed(rung.rssMb)}`,
    `heap in MB: ${listed(rung.heapMb)}`,
    rung.cpuMs === null ? `CPU ${NOT_TOLD}` : `CPU in ms each: ${rung.cpuMs} (${listed(rung.cpuMsByProcess ?? {})})`,
    `promises at risk ${rung.promisesAtRisk}, broken ${rung.promisesBroken}`,
  ].join('; '),
];

const memoryLines = ({ memoryGrowth, memoryFlat }: Figures): readonly Line[] =>
  memoryGrowth === null
    ? [['memory flat', `not told: one look beyond ${WITHOUT_READ_MODEL} inquiries; ask for more with --inquiries`]]
    : [
        ['memory flat', memoryFlat ? 'yes, every service' : 'no'],
        ...Object.entries(memoryGrowth).map(
          ([name, { fromInquiries, toInquiries, rssMb, heapMb, share, flat }]): Line => [
            `memory of ${name}, from ${fromInquiries} to ${toInquiries} inquiries`,
            `RSS ${rssMb.join(' → ')} MB (${percent(share)}), heap ${heapMb.join(' → ')} MB: ${flat ? 'flat' : 'grows'}`,
          ],
        ),
      ];

const startingLines = ({ startUpSeconds, rebalance, catchUp }: Figures): readonly Line[] => [
  ['start-up, all at once', listed(startUpSeconds, ' s')],
  [
    'second router joins',
    `ready after ${rebalance.joinSeconds} s; slowest inquiry meanwhile ${ms(rebalance.worstJoiningMs)}`,
  ],
  ['second router leaves', `slowest inquiry meanwhile ${ms(rebalance.worstLeavingMs)}`],
  [
    'catching up',
    `${catchUp.backlog} inquiries in ${catchUp.seconds} s, start-up included; ${catchUp.perSecond}/s once it flows`,
  ],
  [
    "an hour's backlog (calculated from that rate, not measured)",
    Object.entries(catchUp.hourAtRateMinutes)
      .map(([rate, minutes]) => `${rate}/s: ${minutes} min`)
      .join(', '),
  ],
  ['the API reads all that there is', `${catchUp.readModelSeconds} s, start-up included`],
];

const modelLine = ({ model }: Figures): Line => [
  `model, ${model.concurrency} at a time, mean ${ms(model.meanMs)}`,
  `${model.perSecond}/s of ${model.bound}/s: ${percent(model.share)} (${model.asked} questions${model.classifierCpuMs === null ? '' : `; classifier CPU ${model.classifierCpuMs} ms each`})`,
];

/** What was measured, in lines. Written from the figures alone, so that none of it is missing from `--json`. */
export const tableOf = (figures: Figures): string => {
  const lines = [
    ...chainLines(figures),
    ...latencyLines(figures),
    ...figures.rungs.map((rung) => rungLine('', rung)),
    ...figures.rungsWithApi.map((rung) => rungLine('with the API, ', rung)),
    ...memoryLines(figures),
    ...startingLines(figures),
    modelLine(figures),
  ];
  return [
    `| ${figures.machine} | |`,
    '|---|---|',
    ...lines.map(([what, measured]) => `| ${what} | ${measured} |`),
  ].join('\n');
};
