import { runChaos, summaryOf, type ChaosReport } from '@sluice/chaos';
import { beforeAll, describe, expect, it } from 'vitest';

/** Another every day would find more, and could not be compared with yesterday's: `npm run chaos` takes any. */
const SEED = 20_261;
const WITHIN_MS = 20 * 60_000;

let report: ChaosReport;

beforeAll(async () => {
  const dir = `${process.env['SLUICE_TEST_STACK'] ?? ''}-chaos`;
  report = await runChaos({
    root: process.env['SLUICE_CHECKOUT'] ?? '',
    dir,
    seed: SEED,
    brokers: 1,
    set: 'short',
    only: [],
    forMs: 0,
    say: (text) => console.log(text),
  });
  console.log(summaryOf(report).join('\n'));
}, WITHIN_MS);

describe('every fault once, under load', () => {
  it('was struck, and all came to rest', () => {
    expect(report.struck.length).toBeGreaterThan(10);
    expect([...report.struck, report.rest].filter(({ failure }) => failure !== null)).toEqual([]);
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
  ])('%s', (invariant) => {
    const finding = report.findings.find((one) => one.invariant === invariant);
    expect(finding?.violations).toEqual([]);
    expect(finding?.checked).toBeGreaterThan(0);
  });
});
