import type { FaultSchedule, SimulatorName } from '@sluice/simulators';
import { untilMet, type Fault } from '../world.ts';

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
  async strike(world) {
    const { simulators } = world;
    const path = POSTING[provider];
    await simulators.setFaults(provider, {
      faults: troubles(times).map((trouble) => ({ ...trouble, ...(path === undefined ? {} : { path }) })),
    });
    const look = async (): Promise<string | null> => {
      const unmet = (await simulators.faults(provider)).filter(({ met, count }) => met !== count);
      return unmet.length === 0 ? null : `met so far ${unmet.map(({ met, count }) => `${met} of ${count}`).join(', ')}`;
    };
    await untilMet({ world, what: `${provider}'s faults to be met`, look });
    await simulators.clearFaults(provider);
  },
});
