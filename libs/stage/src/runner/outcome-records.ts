import { decisionJournal, headerNames, inquiryDropped, type DomainEvent } from '@sluice/contracts';
import { uuidV5, type InquiryId } from '@sluice/kernel';
import { propagation } from '@opentelemetry/api';
import type { EventCodec } from '../ports/event-codec.port.ts';
import type { ProducedRecord } from '../ports/transport.port.ts';
import { deadLetter, reasonOf } from './dead-letter.ts';
import { inputOf, outcomeHash, type AnyStage, type Decided, type Decision } from './decisions.ts';
import { headerOf } from './headers.ts';

export interface RecordsOptions {
  readonly stage: AnyStage;
  readonly codec: EventCodec;
}

const subjectOf = ({ stage, prepared }: { readonly stage: AnyStage } & Decision): string =>
  headerOf(prepared.delivery.record.headers, headerNames.subject) ??
  inputOf(stage, prepared.delivery.record.topic).of(prepared.event).subject;

/** What the outcome means as events, besides dead letters. */
const eventsOf = (stage: AnyStage, decision: Decision): readonly DomainEvent[] => {
  const { outcome, moment } = decision;
  if (outcome.kind === 'emit') return outcome.events;
  if (outcome.kind === 'reject') return [];
  return [
    inquiryDropped.v1.of({
      inquiryId: subjectOf({ stage, ...decision }) as InquiryId,
      stage: stage.name,
      reason: outcome.reason,
      duplicateOf: outcome.duplicateOf as InquiryId | null,
      droppedAt: moment.now,
    }),
  ];
};

const journalEntry = (stage: AnyStage, decision: Decision): DomainEvent => {
  const { prepared, moment, outcome, state } = decision;
  return decisionJournal.v1.of({
    decisionId: moment.decisionId,
    inquiryId: subjectOf({ stage, ...decision }) as InquiryId,
    stage: stage.name,
    input: { id: prepared.delivery.inputId, ...moment.input },
    facts: prepared.facts as never,
    // A key that holds nothing yet is left out: JSON knows no undefined.
    state: state === null ? null : JSON.parse(JSON.stringify(state)),
    decidedAt: moment.now,
    playbook: moment.playbookHash,
    outcome: {
      kind: outcome.kind,
      reason: outcome.kind === 'emit' ? null : outcome.reason,
      hash: outcomeHash(outcome),
    },
    tookMs: Math.max(0, Math.round(Date.parse(moment.now) - prepared.delivery.fetchedAt)),
    costUsd: stage.costUsd(prepared.facts),
  });
};

/** The same input gives the same ids, or every consumer downstream would lose its deduplication. */
const envelope = async (
  { stage, codec }: RecordsOptions,
  decision: Decision,
  { event, index }: { readonly event: DomainEvent; readonly index: number },
): Promise<ProducedRecord> => {
  const { prepared, moment } = decision;
  const headers: Record<string, string> = {
    [headerNames.specVersion]: '1.0',
    [headerNames.id]: uuidV5(prepared.delivery.inputId, stage.name, String(index)),
    [headerNames.source]: `/sluice/stages/${stage.name}`,
    [headerNames.type]: event.type,
    [headerNames.time]: moment.now,
    [headerNames.subject]: event.subject,
    [headerNames.dataSchema]: await codec.schemaAddressOf(event.type),
    [headerNames.contentType]: 'application/json',
    [headerNames.playbook]: moment.playbookHash,
    [headerNames.brand]: headerOf(prepared.delivery.record.headers, headerNames.brand) ?? '',
  };
  if (prepared.delivery.trace) propagation.inject(prepared.delivery.trace.context, headers);
  return { topic: event.type, key: event.key, value: await codec.encode(event.type, event.data), headers };
};

/** The records of one decision, in order: events, dead letter, journal. @throws TransientError while the registry is away. */
export const recordsOf = async (options: RecordsOptions, decided: Decided): Promise<readonly ProducedRecord[]> => {
  const { stage } = options;
  const { prepared } = decided;
  const { record, attempt } = prepared.delivery;
  const playbook = prepared.kind === 'gathered' ? prepared.playbookHash : undefined;
  if (decided.kind === 'failed')
    return [deadLetter(stage.name, record, { ...reasonOf(decided.error, attempt), playbook })];
  const { outcome } = decided;
  const rejected =
    outcome.kind === 'reject'
      ? [
          deadLetter(stage.name, record, {
            name: outcome.reason,
            message: outcome.detail,
            stack: '',
            attempt,
            playbook,
          }),
        ]
      : [];
  const events = [...eventsOf(stage, decided), journalEntry(stage, decided)];
  return [
    ...(await Promise.all(events.map((event, index) => envelope(options, decided, { event, index })))),
    ...rejected,
  ];
};
