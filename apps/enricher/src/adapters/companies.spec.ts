import { startSimulators, type RunningSimulators } from '@sluice/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { companiesSuite, initech, quietco } from '../testing/companies.suite.ts';
import { httpCompanies } from './http-companies.adapter.ts';
import { tableCompanies } from './table-companies.adapter.ts';

companiesSuite('a table', async () => ({ provider: tableCompanies([initech, quietco]), close: async () => {} }));
companiesSuite('HTTP', async () => {
  const simulators = await startSimulators();
  return {
    provider: httpCompanies({ url: simulators.addressOf('firmographics'), apiKey: 'key' }),
    close: () => simulators.close(),
  };
});

describe('a provider over HTTP that fails', () => {
  let simulators: RunningSimulators;
  beforeAll(async () => {
    simulators = await startSimulators();
  });
  afterAll(() => simulators.close());
  const find = (ms = 2000) =>
    httpCompanies({ url: `${simulators.addressOf('firmographics')}/`, apiKey: null }).find('initech.example', {
      signal: AbortSignal.timeout(ms),
      maxCharacters: 1000,
    });

  it.each([
    { fault: { status: 503 }, because: 'status 503' },
    { fault: { status: 429, retryAfterSeconds: 5 }, because: 'status 429' },
    { fault: { reset: true }, because: 'unreachable' },
    { fault: { malformed: true }, because: 'malformed' },
    { fault: { latencyMs: 3000 }, because: 'timeout', ms: 200 },
  ])('says so: $because', async ({ fault, because, ms }) => {
    await simulators.setFaults('firmographics', { faults: [fault] });
    expect(await find(ms)).toEqual({ status: 'failed', because });
  });

  it('says so when nobody is there', async () => {
    const gone = await startSimulators();
    const provider = httpCompanies({ url: gone.addressOf('firmographics'), apiKey: null });
    await gone.close();
    expect(await provider.find('initech.example', { signal: AbortSignal.timeout(2000), maxCharacters: 1000 })).toEqual({
      status: 'failed',
      because: 'unreachable',
    });
  });
});
