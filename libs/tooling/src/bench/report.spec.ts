import { describe, expect, it } from 'vitest';
import { figuresOf, tableOf } from './report.ts';
import type { Rung } from './measure-throughput.ts';
import type { BenchResult } from './run-bench.ts';

const quantiles = (base: number) => ({ p50: base + 0.1, p95: base + 1.2, p99: base + 2.3 });

const rung = (total: number, services: readonly string[], cpu: number): Rung => ({
  total,
  began: 0,
  records: total - 1_000,
  seconds: 10,
  perSecond: 371.04,
  donePerSecond: 223.96,
  memory: Object.fromEntries(
    services.map((name, at) => [name, { rssMb: 300 + at + total / 10_000, heapMb: 100 + at }]),
  ),
  cpuMs: Object.fromEntries([...services, 'kafka', 'postgres'].map((name) => [name, cpu])),
  due: { atRisk: 12, broken: 7 },
});

const CHAIN = ['ingest', 'router'];
const ceiling = (perSecond: number): BenchResult['ceilings'][number] => ({
  perSecond,
  cpuMs: { hops: 0.291, kafka: 0.302 },
  loadedTransaction: quantiles(80),
  idleTransaction: { ...quantiles(5), mean: 4.4 },
  idleThrough: quantiles(40),
});

const result: BenchResult = {
  ceilings: [ceiling(2_644.4), ceiling(4_895.6)],
  peer: { command: 'peer --all', perSecond: [100, 110] },
  startUp: { ingest: 11.24, router: 8.81 },
  rungs: [rung(1_000, CHAIN, 2), rung(4_000, CHAIN, 0.75)],
  rungsWithReadModel: [
    rung(1_000, [...CHAIN, 'api'], 3),
    rung(4_000, [...CHAIN, 'api'], 0.8),
    rung(200_000, [...CHAIN, 'api'], 0.7),
  ],
  latency: { idle: quantiles(41), half: quantiles(316), full: quantiles(1_126), fullPerSecond: 219 },
  rebalance: { joinSeconds: 8.44, worstJoiningMs: 611.2, worstLeavingMs: 639.4 },
  catchUp: { backlog: 4_000, seconds: 24.02, perSecond: 554.3 },
  readModelCatchUpSeconds: 33.33,
  model: { perSecond: 108.04, bound: 117.43, concurrency: 64, meanSeconds: 0.545, asked: 4_697, cpuMs: 3.384 },
};

/** Every number in a text, as it is printed. */
const numbersIn = (text: string): readonly number[] =>
  [...text.matchAll(/\d+(?:\.\d+)?/gu)].map(([number]) => Number(number));

describe('the report of a bench', () => {
  const figures = figuresOf(result);
  const table = tableOf(figures);
  const json = JSON.stringify(figures);

  it('has every figure of its table in its JSON', () => {
    const known = new Set(numbersIn(json));
    // Shares are percent in the table; what a line is about may hold numbers that were not measured.
    for (const share of [...known]) known.add(Number((share * 100).toFixed(1)));
    const measured = table
      .split('\n')
      .slice(2)
      .flatMap((line) =>
        numbersIn((line.split(' | ')[1] ?? '').replace(/× \d+ hops × 1\.5|202|p50|p95|p99|(?<=p)\d\d/gu, '')),
      );
    expect(measured.length).toBeGreaterThan(150);
    expect(measured.filter((number) => !known.has(number))).toEqual([]);
  });

  it('says what one inquiry costs without the API and with it, and which process has its share', () => {
    expect(figures.cpuMsPerInquiry).toEqual({
      withoutApi: 3,
      withApi: 4,
      byProcess: { ingest: 0.8, router: 0.8, api: 0.8, kafka: 0.8, postgres: 0.8 },
      byProcessWithoutApi: { ingest: 0.75, router: 0.75, kafka: 0.75, postgres: 0.75 },
    });
    expect(table).toContain(
      '| CPU of one inquiry until all is done, with the API | 4 ms (ingest 0.8, router 0.8, api 0.8',
    );
  });

  it('sets the chain in relation to the peer of the same run', () => {
    expect(figures.peer).toMatchObject({ perSecond: 105, runs: [100, 110], ratio: 2.133 });
    expect(table).toContain('| chain ÷ peer | 2.133 |');
    expect(tableOf(figuresOf({ ...result, peer: null }))).not.toContain('peer');
  });

  it('says whether memory is flat from 4,000 inquiries to the last, service by service', () => {
    expect(figures.memoryFlat).toBe(true);
    expect(table).toContain('| memory flat | yes, every service |');
    expect(table).toMatch(
      /memory of api, from 4000 to 200000 inquiries \| RSS 302 → 322 MB \(6\.5 %\), heap 102 → 102 MB: flat/u,
    );
    const short = figuresOf({ ...result, rungsWithReadModel: result.rungsWithReadModel.slice(0, 2) });
    expect(short.memoryFlat).toBeNull();
    expect(tableOf(short)).toContain('| memory flat | not told');
  });

  it('says plainly where the system tells no CPU time', () => {
    const blind = (one: Rung): Rung => ({ ...one, cpuMs: { router: null } });
    const untold = figuresOf({
      ...result,
      rungs: result.rungs.map(blind),
      rungsWithReadModel: result.rungs.map(blind),
    });
    expect(untold.cpuMsPerInquiry).toMatchObject({ withoutApi: null, withApi: null, byProcess: null });
    expect(tableOf(untold)).toContain('not told by this system');
  });
});
