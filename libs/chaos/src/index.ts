export { judge } from './judge/judge.ts';
export type { Evidence, Finding } from './judge/evidence.ts';
export { faultTable, hasFailed, summaryOf } from './report.ts';
export { runChaos, type ChaosOptions, type ChaosReport } from './run-chaos.ts';
export { planRounds } from './schedule.ts';
export { kinds, type Struck } from './world.ts';
export { lastRelease } from './older-build.ts';
