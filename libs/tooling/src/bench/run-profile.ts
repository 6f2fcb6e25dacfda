import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inquiryRouted } from '@sluice/contracts';
import { scaleChain } from './chain.ts';
import { withObserver } from './flow.ts';
import { measureStartUp } from './measure-starting.ts';
import { measureThroughput } from './measure-throughput.ts';
import { profiled, readProfiles, type ProfileSummary } from './profile.ts';
import { prepare, type BenchOptions } from './run-bench.ts';

const FUNCTIONS = 12;
const NANOSECONDS_PER_MICROSECOND = 1_000n;

const linesOf = ([service, { byPackage, byFunction, busySeconds }]: readonly [
  string,
  ProfileSummary,
]): readonly string[] => [
  `\n${service}: busy ${busySeconds.toFixed(1)} s`,
  ...byPackage.slice(0, FUNCTIONS).map(({ what, share }) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${what}`),
  '  by function:',
  ...byFunction.slice(0, FUNCTIONS).map(({ what, share }) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${what}`),
];

/** The throughput run with every service under V8's sampling profiler. Its rates are not for comparison: profiling costs. */
export const runProfile = async (options: BenchOptions): Promise<string> => {
  const profiles = join(options.dir, 'profiles');
  mkdirSync(profiles, { recursive: true });
  const stack = prepare(options, profiled(profiles));
  let since = 0;
  const rungs = await withObserver(stack.addresses.brokers, inquiryRouted.v1.type, async (observer) => {
    await options.step('start-up', () => measureStartUp(stack));
    // Starting is no part of what is looked for.
    since = Number(process.hrtime.bigint() / NANOSECONDS_PER_MICROSECOND);
    return options.step('throughput, profiled', () => measureThroughput(stack, observer, options.inquiries));
  });
  await options.step('stopping the services', () => scaleChain(stack, 0));
  const rates = rungs.map(({ records, perSecond }) => `${records}: ${perSecond.toFixed(0)}/s`).join(', ');
  return [`under the profiler ${rates}`, ...[...readProfiles(profiles, since)].flatMap(linesOf)].join('\n');
};
