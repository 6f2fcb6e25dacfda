import { kinds, lastRelease, planRounds, runChaos, summaryOf, type ChaosReport } from '@sluice/chaos';
import { beforeAll, describe, expect, it } from 'vitest';
import { required } from './support/attach.ts';

/** Another every day would find more, and could not be compared with yesterday's: `npm run chaos` takes any. */
const SEED = 20_261;
const MINUTE_MS = 60_000;
/** Rounds that strike a kind of fault again are begun within this time; the first of each kind is struck however long it takes. */
const BUDGET_MS = 14 * MINUTE_MS;
/** Waits end when nothing moves any more, and not by the clock: this is for a harness that is itself broken. */
const WITHIN_MS = 70 * MINUTE_MS;

let report: ChaosReport;

beforeAll(async () => {
  const dir = `${required('SLUICE_TEST_STACK')}-chaos`;
  report = await runChaos({
    root: required('SLUICE_CHECKOUT'),
    dir,
    seed: SEED,
    brokers: 1,
    set: 'short',
    only: [],
    from: lastRelease(required('SLUICE_CHECKOUT')),
    forMs: 0,
    budgetMs: BUDGET_MS,
    say: (text) => console.log(text),
  });
  console.log(summaryOf(report).join('\n'));
}, WITHIN_MS);

describe('every kind of fault, under load', () => {
  it('was struck, and all came to rest', () => {
    expect([...report.struck, report.rest].filter(({ failure }) => failure !== null)).toEqual([]);
    const struck = new Set(report.struck.flatMap((one) => one.kinds));
    expect(kinds.filter((kind) => !struck.has(kind))).toEqual([]);
  });

  it('was planned: what there was no time for is told, and nothing else is missing', () => {
    const planned = planRounds({ seed: SEED, brokers: 1, builds: { older: null, newer: '' }, set: 'short' }).map(
      ({ name }) => name,
    );
    expect([...report.struck.map(({ round }) => round), ...report.skipped].sort()).toEqual([...planned].sort());
  });

  it.each([
    'no acknowledged input lost',
    'one committed record per inquiry and stage',
    'one applied effect per effectId',
    'order per conversation',
    'committed offset = last stable offset at rest',
    'committed offsets never go backwards',
    'no value of an aborted transaction seen',
    'raw = routed + dropped + dead-lettered',
    'no hanging transaction',
    'one trace per effect',
    'model calls ≤ 1 + injected failures',
    'no assignment twice, rotation fair',
    'read model agrees with the log',
  ])('%s', (invariant) => {
    const finding = report.findings.find((one) => one.invariant === invariant);
    expect(finding?.violations).toEqual([]);
    expect(finding?.checked).toBeGreaterThan(0);
  });
});
