import {
  deadLetterHeaderNames as names,
  deadLetterTopicOf,
  decisionJournal,
  type DecisionJournal,
  type DomainEvent,
} from '@sluice/contracts';
import { uuidV5, type DecisionId, type InquiryId } from '@sluice/kernel';
import { propagation } from '@opentelemetry/api';
import { eventRecord } from '../event-record.ts';
import type { EventCodec } from '../ports/event-codec.port.ts';
import { recordBytes, type ConsumedRecord, type ProducedRecord } from '../ports/transport.port.ts';
import { sha256, subjectOf, type AnyStage, type Decided, type Decision } from './decisions.ts';

export interface RecordsOptions {
  readonly stage: AnyStage;
  readonly codec: EventCodec;
  /** Bytes that a record may have at most. */
  readonly maxRecordBytes: number;
}

/** A decision asks for a record that the log does not take. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError';
}

/**
 * The id from which those of a decision's records derive. The same input gives the same ids, or every consumer downstream would lose
 * its deduplication; a repeat that was recognised as one has an input id like the original's and is another record all the same.
 */
const idOf = ({ moment: { decisionId, input }, outcome }: Decision): DecisionId =>
  outcome.kind === 'drop' && outcome.duplicateOf !== null
    ? (uuidV5(decisionId, input.topic, String(input.partition), input.offset) as DecisionId)
    : decisionId;

/** By type and count: an input that is decided again, otherwise, as a dead letter that was put back twice, says nothing else under the same id. */
const recordIds = (id: DecisionId, events: readonly DomainEvent[]): readonly string[] => {
  const counts = new Map<string, number>();
  return events.map(({ type }) => {
    const count = counts.get(type) ?? 0;
    counts.set(type, count + 1);
    return uuidV5(id, type, String(count));
  });
};

const journalEntry = (stage: AnyStage, decision: Decision): DomainEvent => {
  const { prepared, moment, outcome, written, given } = decision;
  const entry: DecisionJournal = {
    decisionId: idOf(decision),
    inquiryId: subjectOf(stage, prepared) as InquiryId,
    stage: stage.name,
    input: { id: prepared.delivery.inputId, ...moment.input },
    facts: prepared.facts as DecisionJournal['facts'],
    state: given === null ? null : [...given],
    decidedAt: moment.now,
    playbook: moment.playbookHash,
    outcome: { kind: outcome.kind, reason: outcome.kind === 'emit' ? null : outcome.reason, hash: written.hash },
    tookMs: Math.max(0, Math.round(Date.parse(moment.now) - prepared.delivery.fetchedAt)),
    costUsd: stage.costUsd(prepared.facts),
  };
  return decisionJournal.v1.of(entry);
};

export interface DeadLetterReason {
  /** Short and of a bounded set: an error's name, or the reason of a rejection. */
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly attempt: number;
  /** Hash of the playbook it failed by; none, where it failed before one was known. */
  readonly playbook?: string | undefined;
}

const STACK_CHARACTERS = 2_000;
const MESSAGE_CHARACTERS = 500;

/** A schema's complaint names where it was and what was expected, and so never shows what stood there. */
const describe = (error: Error): string => {
  if (!('issues' in error) || !Array.isArray(error.issues)) return error.message;
  return error.issues
    .map(
      (issue: { readonly path?: readonly PropertyKey[]; readonly code?: string }) =>
        `/${(issue.path ?? []).map(String).join('/')}: ${issue.code ?? 'invalid'}`,
    )
    .join('; ');
};

export const reasonOf = (error: Error, attempt: number): DeadLetterReason => ({
  name: error.name,
  message: describe(error),
  // The first line repeats the message, which a schema's complaint must not.
  stack: (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .join('\n'),
  attempt,
});

/** The record as it came, and why it could not be processed. */
export const deadLetter = (stage: string, record: ConsumedRecord, reason: DeadLetterReason): ProducedRecord => ({
  topic: deadLetterTopicOf(record.topic, stage),
  key: record.key,
  value: record.value,
  headers: {
    ...record.headers,
    [names.exception]: reason.name,
    [names.message]: reason.message.slice(0, MESSAGE_CHARACTERS),
    [names.stacktrace]: reason.stack.slice(0, STACK_CHARACTERS),
    [names.topic]: record.topic,
    [names.partition]: String(record.partition),
    [names.offset]: String(record.offset),
    [names.stage]: stage,
    [names.attempt]: String(reason.attempt),
    ...(reason.playbook === undefined ? {} : { [names.playbook]: reason.playbook }),
    // The broker's time, so that a repeated transaction writes the same bytes.
    [names.firstFailedAt]: new Date(record.timestamp).toISOString(),
    [names.fingerprint]: sha256(
      [stage, reason.name, reason.stack.split('\n')[0] ?? '', reason.message].join('\n'),
    ).slice(0, 16),
  },
});

const eventRecords = (
  { stage, codec, maxRecordBytes }: RecordsOptions,
  decision: Decision,
): Promise<readonly ProducedRecord[]> => {
  const { prepared, moment, written } = decision;
  const trace: Record<string, string> = {};
  if (prepared.delivery.trace) propagation.inject(prepared.delivery.trace.context, trace);
  const journal = journalEntry(stage, decision);
  const all = [...written.events, { event: journal, json: JSON.stringify(journal.data) }];
  const ids = recordIds(
    idOf(decision),
    all.map(({ event }) => event),
  );
  return Promise.all(
    all.map(async ({ event, json }, index) => {
      const record = await eventRecord(
        event,
        {
          id: ids[index] ?? '',
          source: `/sluice/stages/${stage.name}`,
          time: moment.now,
          brand: prepared.delivery.brand,
          playbook: moment.playbookHash,
          headers: trace,
        },
        { codec, json },
      );
      const bytes = recordBytes(record);
      if (bytes > maxRecordBytes)
        throw new RecordTooLargeError(`writing ${event.type}: ${bytes} bytes, of ${maxRecordBytes} at most`);
      return record;
    }),
  );
};

/** The records of one decision, in order: events, journal, dead letter. @throws TransientError while the registry is away. @throws RecordTooLargeError */
export const recordsOf = async (options: RecordsOptions, decided: Decided): Promise<readonly ProducedRecord[]> => {
  const { stage } = options;
  const { prepared } = decided;
  const { record, attempt } = prepared.delivery;
  const playbook = prepared.kind === 'gathered' ? prepared.playbookHash : undefined;
  if (decided.kind === 'failed')
    return [deadLetter(stage.name, record, { ...reasonOf(decided.error, attempt), playbook })];
  const { outcome } = decided;
  const events = await eventRecords(options, decided);
  if (outcome.kind !== 'reject') return events;
  const reason = { name: outcome.reason, message: outcome.detail, stack: '', attempt, playbook };
  return [...events, deadLetter(stage.name, record, reason)];
};
