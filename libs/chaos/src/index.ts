export { judge } from './judge/judge.ts';
export type { Evidence, Finding } from './judge/evidence.ts';
export { faultTable, hasFailed, summaryOf } from './report.ts';
export { runChaos, type ChaosOptions, type ChaosReport, type Struck } from './run-chaos.ts';
export { planRounds } from './schedule.ts';
