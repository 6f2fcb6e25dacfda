import type { SlaAtRisk, SlaBreached, SlaClocksMoved } from '@sluice/contracts';
import { wellFormedText } from '@sluice/kernel';
import type { ConsumedRecord } from '@sluice/stage';
import { momentOf } from './moments.ts';

/**
 * One promise, as far as it was heard of: that of one clock to one inquiry. Its events stand on several topics, which are heard in any
 * order. So two rows of one promise make one whichever came first (`mergedPromise`): of its changes the one with the highest revision
 * counts, and what was said of it once stays said.
 */
export interface SlaPromiseRow {
  readonly conversationId: string;
  readonly clock: string;
  readonly inquiryId: string;
  readonly queue: string;
  /** Hash of the version by which it was made; empty while its start was not heard of. */
  readonly playbook: string;
  /** Of the last change; 0 while none was heard of. */
  readonly revision: number;
  readonly status: 'unknown' | 'running' | 'paused' | 'stopped';
  /** Null while it stands still. */
  readonly dueAt: string | null;
  readonly atRisk: boolean;
  /** The record that was the first to say that it is broken (`recordIdOf`). */
  readonly breachedBy: string | null;
  readonly loggedAt: string;
}

/** Where and when an event of a promise was logged, and by which version it was decided. */
export interface PromiseSource {
  readonly record: Pick<ConsumedRecord, 'topic' | 'partition' | 'offset'>;
  readonly loggedAt: string;
  /** Hash of the version. */
  readonly playbook: string | null;
}

export const recordIdOf = ({ topic, partition, offset }: PromiseSource['record']): string =>
  `${topic}/${partition}/${offset}`;

/** As versions are named; what a foreign producer stamps in its place names none. */
const HASH = /^[0-9a-f]{64}$/u;
const versionOf = (stamped: string | null): string => (stamped !== null && HASH.test(stamped) ? stamped : '');

const STARTS = new Set<SlaClocksMoved['moves'][number]['change']>(['started', 'restarted', 'tightened']);

const heardOf = (
  { inquiryId, conversationId, queue, clock }: Pick<SlaBreached, 'inquiryId' | 'conversationId' | 'queue' | 'clock'>,
  { loggedAt }: PromiseSource,
): SlaPromiseRow => ({
  // As the database writes ids: or one promise would be two in a batch.
  conversationId: conversationId.toLowerCase(),
  inquiryId: inquiryId.toLowerCase(),
  clock: wellFormedText(clock),
  queue: wellFormedText(queue),
  playbook: '',
  revision: 0,
  status: 'unknown',
  dueAt: null,
  atRisk: false,
  breachedBy: null,
  loggedAt,
});

export const promisesMoved = ({ moves, ...about }: SlaClocksMoved, source: PromiseSource): readonly SlaPromiseRow[] =>
  moves.map(({ clock, revision, change, status, dueAt }) => ({
    ...heardOf({ ...about, clock }, source),
    revision,
    status,
    dueAt: momentOf(dueAt),
    playbook: STARTS.has(change) ? versionOf(source.playbook) : '',
  }));

export const promiseAtRisk = (risk: SlaAtRisk, source: PromiseSource): SlaPromiseRow => ({
  ...heardOf(risk, source),
  atRisk: true,
});

export const promiseBreached = (breach: SlaBreached, source: PromiseSource): SlaPromiseRow => ({
  ...heardOf(breach, source),
  breachedBy: recordIdOf(source.record),
});

export const promiseKeyOf = ({ conversationId, clock, inquiryId }: SlaPromiseRow): string =>
  `${conversationId} ${inquiryId} ${clock}`;

const later = (one: string, other: string): string => (other > one ? other : one);

/** What is known of a promise, `after` having been heard of later than `before`. The statement that writes it does the same. */
export const mergedPromise = (before: SlaPromiseRow, after: SlaPromiseRow): SlaPromiseRow => ({
  ...(after.revision > before.revision ? after : before),
  playbook: later(before.playbook, after.playbook),
  atRisk: before.atRisk || after.atRisk,
  breachedBy: before.breachedBy ?? after.breachedBy,
  loggedAt: later(before.loggedAt, after.loggedAt),
});
