import type { JournalView } from '@sluice/simulators';
import type { Acknowledged } from '../load.ts';
import type { CommittedRecord } from './committed-records.ts';
import type { GroupPosition } from './group-offsets.ts';
import type { ReadModelRows } from './read-model.ts';
import type { ListedTransaction } from './transactions.ts';

/** Milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Everything the judge looks at, once all is quiet. None of it is the word of the services themselves. */
export interface Evidence {
  readonly acknowledged: readonly Acknowledged[];
  /** Seen by a reader of committed records that read along. */
  readonly during: readonly CommittedRecord[];
  /** Seen by one that read everything afterwards. */
  readonly after: readonly CommittedRecord[];
  readonly positions: readonly GroupPosition[];
  readonly offsetHistory: ReadonlyMap<string, readonly number[]>;
  /** Lines of Kafka's own search for hanging transactions, its heading aside. */
  readonly hanging: readonly string[];
  /** Every transactional id of ours, as its coordinator has it. */
  readonly transactions: readonly ListedTransaction[];
  readonly slack: JournalView;
  readonly webhook: JournalView;
  readonly openai: JournalView;
  /** What the API shows, as it stands in its tables. */
  readonly readModel: ReadModelRows;
  /** When the notifier may have been stopped between an answer and its receipt. */
  readonly interruptions: readonly Span[];
  /** Shares of the rotation by owner. */
  readonly shares: Readonly<Record<string, number>>;
}

/** What came of one invariant. */
export interface Finding {
  readonly invariant: string;
  readonly checked: number;
  /** What happened again and may, with its causes. */
  readonly repeats?: string;
  /** Each says what is wrong; `inquiryId` where one inquiry is concerned. */
  readonly violations: readonly { readonly inquiryId: string | null; readonly what: string }[];
}

export type Check = (evidence: Evidence) => Finding;

export const subjectOf = ({ headers }: CommittedRecord): string => headers['ce_subject'] ?? '';
export const dataOf = <Data>({ value }: CommittedRecord): Data => JSON.parse(value.slice(value.indexOf('{'))) as Data;
/** Everything committed on a topic, poison with it. */
export const ofTopic = (records: readonly CommittedRecord[], topic: string): readonly CommittedRecord[] =>
  records.filter((record) => record.topic === topic);
/** What is an event there: poison says of nothing that it is about it. */
export const eventsOf = (records: readonly CommittedRecord[], topic: string): readonly CommittedRecord[] =>
  ofTopic(records, topic).filter((record) => subjectOf(record) !== '');

/** Where a record stands, or stood before it became a dead letter. */
export const positionOf = ({
  topic,
  partition,
  offset,
}: {
  readonly topic: string;
  readonly partition: number | string;
  readonly offset: string | number;
}): string => `${topic}/${partition}/${offset}`;
