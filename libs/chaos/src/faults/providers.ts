import type { FaultSchedule, SimulatorName } from '@sluice/simulators';
import { waitUntil } from '@sluice/tooling';
import type { Fault } from '../world.ts';

const MET_WITHIN_MS = 90_000;

const troubles = (count: number): FaultSchedule['faults'] => [
  { timeoutAfterApply: true, count },
  { errorAfterApply: 500, count },
  { status: 429, retryAfterSeconds: 1, count: count * 3 },
  { reset: true, count },
  { resetAfterApply: true, count },
  { latencyMs: 2_500, count },
  { status: 503, count },
];
const POSTING: Partial<Record<SimulatorName, string>> = { slack: 'chat.postMessage' };

/** A provider applies and then does not say so, refuses, breaks off, or is slow: each `times` times, one after the other. */
export const troubledProvider = (provider: 'slack' | 'webhook' | 'openai', times: number): Fault => ({
  name: `${provider}: time-out and 500 after applying, 429 in bursts, resets, slow answers`,
  async strike({ simulators }) {
    const path = POSTING[provider];
    await simulators.setFaults(provider, {
      faults: troubles(times).map((trouble) => ({ ...trouble, ...(path === undefined ? {} : { path }) })),
    });
    await waitUntil(async () => (await simulators.faults(provider)).every(({ met, count }) => met === count), {
      what: `${provider}'s faults to be met`,
      withinMs: MET_WITHIN_MS,
    });
    await simulators.clearFaults(provider);
  },
});
