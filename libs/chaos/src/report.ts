import type { ChaosReport } from './run-chaos.ts';

const WHOLE = 'the run as a whole';

/** What went wrong when a violating inquiry was sent. */
const roundOf = ({ acknowledged }: ChaosReport, inquiryId: string | null): string =>
  acknowledged.find((one) => one.inquiryId === inquiryId)?.round ?? WHOLE;

/** How often a fault struck in a run. */
const timesStruck = ({ struck }: ChaosReport, round: string): number =>
  struck.filter((one) => one.round === round && one.failure === null).length;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

/**
 * Faults by invariants over any number of runs, in Markdown: in how many runs a fault struck and how often in all, and the
 * violations among the inquiries that came in meanwhile.
 */
export const faultTable = (reports: readonly ChaosReport[]): string => {
  const invariants = [...new Set(reports.flatMap(({ findings }) => findings.map(({ invariant }) => invariant)))];
  const rounds = [...new Set(reports.flatMap(({ struck }) => struck.map(({ round }) => round)))].sort();
  const findings = (invariant: string) =>
    reports.flatMap((report) =>
      report.findings.filter((finding) => finding.invariant === invariant).map((finding) => ({ report, finding })),
    );
  const violated = (round: string): readonly number[] =>
    invariants.map((invariant) =>
      sum(
        findings(invariant).map(
          ({ report, finding }) =>
            finding.violations.filter(({ inquiryId }) => roundOf(report, inquiryId) === round).length,
        ),
      ),
    );
  return [
    row(['fault', 'runs', 'times', ...invariants]),
    row(['---', '--:', '--:', ...invariants.map(() => '--:')]),
    ...rounds.map((round) =>
      row([
        round,
        reports.filter((report) => timesStruck(report, round) > 0).length,
        sum(reports.map((report) => timesStruck(report, round))),
        ...violated(round),
      ]),
    ),
    row([WHOLE, reports.length, '', ...violated(WHOLE)]),
    row([
      '**checked**',
      '',
      '',
      ...invariants.map((invariant) => sum(findings(invariant).map(({ finding }) => finding.checked))),
    ]),
  ].join('\n');
};

/** Each kind, and how often. */
const kindsStruck = (struck: ChaosReport['struck']): string => {
  const counts = Map.groupBy(
    struck.flatMap((one) => one.kinds),
    (kind) => kind,
  );
  return [...counts].map(([kind, times]) => `${kind} ${times.length}×`).join(', ');
};

/** One line each: what a person wants to know first. */
export const summaryOf = ({
  seed,
  brokers,
  minutes,
  struck,
  skipped,
  rest,
  acknowledged,
  findings,
}: ChaosReport): readonly string[] => [
  `seed ${seed}, ${brokers === 1 ? 'one broker' : `${brokers} brokers`}, ${minutes.toFixed(1)} minutes: ${struck.length} rounds of faults, ${acknowledged.length} inquiries acknowledged, each sent three times`,
  `kinds of faults struck: ${kindsStruck(struck)}`,
  ...(skipped.length === 0
    ? []
    : [
        `${skipped.length} of ${struck.length + skipped.length} rounds were left out, as there was no time for them, and their kinds had been struck: ${skipped.join('; ')}`,
      ]),
  ...findings.map(
    ({ invariant, checked, violations, repeats }) =>
      `${violations.length === 0 ? '✔' : '✘'} ${invariant}: ${violations.length} violations, ${checked} checked${repeats === undefined ? '' : ` (${repeats})`}`,
  ),
  ...[...struck, rest].filter(({ failure }) => failure !== null).map(({ round, failure }) => `✘ ${round}: ${failure}`),
];

export const hasFailed = ({ struck, rest, findings }: ChaosReport): boolean =>
  [...struck, rest].some(({ failure }) => failure !== null) ||
  findings.some(({ violations, checked }) => violations.length > 0 || checked === 0);
