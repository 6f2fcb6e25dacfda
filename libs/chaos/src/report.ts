import type { Finding } from './judge/evidence.ts';
import type { ChaosReport } from './run-chaos.ts';

const WHOLE = 'the run as a whole';

/** How often each fault struck. */
const timesStruck = ({ struck }: ChaosReport): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { round, failure } of struck) if (failure === null) counts.set(round, (counts.get(round) ?? 0) + 1);
  return counts;
};

/** What went wrong when a violating inquiry was sent. */
const roundOf = ({ acknowledged }: ChaosReport, inquiryId: string | null): string =>
  acknowledged.find((one) => one.inquiryId === inquiryId)?.round ?? WHOLE;

const cell = (report: ChaosReport, round: string, { violations }: Finding): string =>
  String(violations.filter(({ inquiryId }) => roundOf(report, inquiryId) === round).length);

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Faults by invariants, in Markdown: how often each fault struck, and the violations among the inquiries that came in meanwhile. */
export const faultTable = (report: ChaosReport): string => {
  const { findings } = report;
  const rounds = [...timesStruck(report)];
  return [
    row(['fault', 'times', ...findings.map(({ invariant }) => invariant)]),
    row(['---', '--:', ...findings.map(() => '--:')]),
    ...rounds.map(([round, times]) => row([round, String(times), ...findings.map((finding) => cell(report, round, finding))])),
    row([WHOLE, '', ...findings.map((finding) => cell(report, WHOLE, finding))]),
    row(['**checked**', '', ...findings.map(({ checked }) => String(checked))]),
  ].join('\n');
};

/** One line each: what a person wants to know first. */
export const summaryOf = ({ seed, brokers, minutes, struck, acknowledged, findings }: ChaosReport): readonly string[] => [
  `seed ${seed}, ${brokers === 1 ? 'one broker' : `${brokers} brokers`}, ${minutes.toFixed(1)} minutes: ${struck.length} rounds of faults, ${acknowledged.length} inquiries acknowledged, each sent three times`,
  ...findings.map(({ invariant, checked, violations }) => `${violations.length === 0 ? '✔' : '✘'} ${invariant}: ${violations.length} violations, ${checked} checked`),
  ...struck.filter(({ failure }) => failure !== null).map(({ round, failure }) => `✘ could not be struck: ${round}: ${failure}`),
];

export const hasFailed = ({ struck, findings }: ChaosReport): boolean =>
  struck.some(({ failure }) => failure !== null) || findings.some(({ violations, checked }) => violations.length > 0 || checked === 0);
