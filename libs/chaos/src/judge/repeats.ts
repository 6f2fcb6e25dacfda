import type { JournalEntry } from '@sluice/simulators';
import type { Evidence, Span } from './evidence.ts';

/** The request reached what it was for: no fault turned it away before. */
const cameThrough = ({ fault, status }: JournalEntry): boolean =>
  fault === null || /AfterApply|malformed/u.test(fault) || (fault === 'latencyMs' && status !== null);

const isWithin = (at: string, spans: readonly Span[]): boolean =>
  spans.some(({ from, to }) => Date.parse(at) >= from && Date.parse(at) <= to);

type Cause = 'the provider did not say so' | 'who asked had gone' | 'who asked was interrupted' | 'nobody knows';

/** Why something was asked for again, judged by what became of the time before. */
const causeOf = (before: JournalEntry, interruptions: readonly Span[]): Cause => {
  if (before.fault !== null) return 'the provider did not say so';
  if (before.status === null) return 'who asked had gone';
  return isWithin(before.at, interruptions) ? 'who asked was interrupted' : 'nobody knows';
};

export interface Repeats {
  readonly said: string;
  /** Keys that were delivered again although their receiver had answered and nothing was going wrong. */
  readonly unexplained: readonly string[];
}

/** Deliveries of one `webhook-id` after the first: what a receiver that ignores the id would have applied again. */
export const repeatedDeliveries = ({ webhook, interruptions }: Evidence): Repeats => {
  const byId = Map.groupBy(webhook.entries.filter(cameThrough), ({ headers }) => headers['webhook-id'] ?? '');
  const repeats = [...byId].flatMap(([id, entries]) =>
    entries.slice(1).flatMap((_, at) => {
      const before = entries[at];
      return before ? [{ id, cause: causeOf(before, interruptions) }] : [];
    }),
  );
  const counts = [...Map.groupBy(repeats, ({ cause }) => cause)]
    .map(([cause, of]) => `${of.length} because ${cause}`)
    .sort();
  return {
    said: `${repeats.length} deliveries repeated${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`,
    unexplained: repeats.filter(({ cause }) => cause === 'nobody knows').map(({ id }) => id),
  };
};
