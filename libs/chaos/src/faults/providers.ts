import type { FaultSchedule, SimulatorName } from '@sluice/simulators';
import { waitUntil } from '@sluice/tooling';
import type { Fault } from '../world.ts';

const COUNT = 3;
const MET_WITHIN_MS = 90_000;

const TROUBLES: FaultSchedule['faults'] = [
  { timeoutAfterApply: true, count: COUNT },
  { errorAfterApply: 500, count: COUNT },
  { status: 429, retryAfterSeconds: 1, count: COUNT * 3 },
  { reset: true, count: COUNT },
  { resetAfterApply: true, count: COUNT },
  { latencyMs: 2_500, count: COUNT },
  { status: 503, count: COUNT },
];
const POSTING: Partial<Record<SimulatorName, string>> = { slack: 'chat.postMessage' };

/** A provider applies and then does not say so, refuses, breaks off, or is slow: each a few times, one after the other. */
export const troubledProvider = (provider: 'slack' | 'webhook' | 'openai'): Fault => ({
  name: `${provider}: time-out and 500 after applying, 429 in bursts, resets, slow answers`,
  async strike({ simulators }) {
    const path = POSTING[provider];
    await simulators.setFaults(provider, { faults: TROUBLES.map((trouble) => ({ ...trouble, ...(path === undefined ? {} : { path }) })) });
    await waitUntil(async () => (await simulators.faults(provider)).every(({ met, count }) => met === count), { what: `${provider}'s faults to be met`, withinMs: MET_WITHIN_MS });
    await simulators.clearFaults(provider);
  },
});
