import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inquiryRouted } from '@sluice/contracts';
import { READ_MODEL, scaleChain } from './chain.ts';
import { withObserver } from './flow.ts';
import { measureStartUp } from './measure-starting.ts';
import { measureThroughput } from './measure-throughput.ts';
import { profiled, readProfiles, together, type ProfileSummary, type Share } from './profile.ts';
import { prepare, type BenchOptions } from './run-bench.ts';

const SHOWN = 15;
/** What is worth looking at: an item above this share of everything. */
const NOTABLE = 0.08;
const NANOSECONDS_PER_MICROSECOND = 1_000n;

const rows = (title: string, shares: readonly Share[], busySeconds: number): readonly string[] => [
  `    ${title}`,
  ...shares
    .slice(0, SHOWN)
    .map(
      ({ what, share }) =>
        `  ${share >= NOTABLE ? '*' : ' '} ${(share * 100).toFixed(1).padStart(5)} %  ${(share * busySeconds).toFixed(2).padStart(6)} s  ${what}`,
    ),
];

export const profileText = (
  title: string,
  { byPackage, byFunction, busySeconds }: ProfileSummary,
): readonly string[] => [
  `\n${title}: busy ${busySeconds.toFixed(1)} s`,
  ...rows('by package', byPackage, busySeconds),
  ...rows('by function', byFunction, busySeconds),
];

/** The throughput run with every service, the read model too, under V8's sampling profiler. Its rates are not for comparison: profiling costs. */
export const runProfile = async (options: BenchOptions): Promise<string> => {
  const profiles = join(options.dir, 'profiles');
  mkdirSync(profiles, { recursive: true });
  const stack = prepare(options, profiled(profiles));
  let since = 0;
  const rungs = await withObserver(stack.addresses.brokers, inquiryRouted.v1.type, async (observer) => {
    await options.step('start-up', () => Promise.all([measureStartUp(stack), stack.scaleTo(READ_MODEL, 1)]));
    // Starting is no part of what is looked for.
    since = Number(process.hrtime.bigint() / NANOSECONDS_PER_MICROSECOND);
    return options.step('throughput, profiled', () => measureThroughput(stack, observer, options.inquiries));
  });
  await options.step('stopping the services', () => Promise.all([scaleChain(stack, 0), stack.scaleTo(READ_MODEL, 0)]));
  const rates = rungs.map(({ records, perSecond }) => `${records}: ${perSecond.toFixed(0)}/s`).join(', ');
  const byService = readProfiles(profiles, since);
  return [
    `under the profiler ${rates}. Self time, idle time left out; * marks ${NOTABLE * 100} % and more.`,
    ...profileText('all services together', together([...byService.values()])),
    ...[...byService].flatMap(([service, summary]) => profileText(service, summary)),
  ].join('\n');
};
