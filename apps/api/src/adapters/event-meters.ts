import { metrics } from '@opentelemetry/api';
import {
  effectSettled,
  headerNames,
  inquiryCommand,
  inquiryDropped,
  inquiryScored,
  slaBreached,
  slaClocksMoved,
  type EventContract,
} from '@sluice/contracts';
import { pathOf, type Playbook } from '@sluice/policy';
import { headerOf, type PlaybookSource, type ProjectedEvent } from '@sluice/stage';
import { clockLabel, intentLabel, labelLabel, nameLabel, queueLabel } from '../domain/metric-labels.ts';
import { isPutBack } from '../domain/read-model-changes.ts';
import { recordIdOf } from '../domain/sla-promises.ts';
import type { Applied, AppliedInquiry, OnApplied } from './project.ts';

export interface EventMetersOptions {
  readonly playbooks: Pick<PlaybookSource<Playbook>, 'byHash'>;
}

/** What an event is measured by. */
interface Known extends Pick<Applied, 'breachedBy'> {
  /** The version that decided; null where none was stamped. */
  readonly playbook: Playbook | null;
  /** As the batch left it. */
  readonly inquiry: AppliedInquiry | undefined;
}

type Measure = (event: ProjectedEvent, known: Known) => void;

/** The promise that a person answers: what is meant by a first response. */
const ANSWERED_BY_A_PERSON = 'first_human';
const CONFIDENCES = Array.from({ length: 20 }, (_, at) => (at + 1) / 20);
const SECONDS = [1, 2, 5, 10, 25, 60, 90, 120, 300, 900, 3_600, 14_400, 86_400, 259_200];

/** The data was parsed when it was decoded. */
const on = <Data extends object>(
  contract: EventContract<string, Data>,
  measure: (data: Data, known: Known, event: ProjectedEvent) => void,
): readonly [string, Measure] => [
  contract.type,
  (event, known) => {
    measure(event.data as Data, known, event);
  },
];

/** Figures of whole inquiries, counted from the log: each committed event once, whoever wrote it. Asks nothing of the database. */
export const createEventMeters = ({ playbooks }: EventMetersOptions): OnApplied => {
  const meter = metrics.getMeter('@sluice/api');
  const decisions = meter.createCounter('sluice_decision', { description: 'Decisions by playbook, label and path.' });
  const confidence = meter.createHistogram('sluice_extraction_confidence', {
    description: 'How sure the model was, by playbook and intent.',
    advice: { explicitBucketBoundaries: CONFIDENCES },
  });
  const inSeconds = (name: string, description: string) => {
    const histogram = meter.createHistogram(name, {
      unit: 's',
      description,
      advice: { explicitBucketBoundaries: SECONDS },
    });
    /** From receipt; nothing is recorded while it is not known when that was. */
    return (at: string, inquiry: AppliedInquiry | undefined, labels: Readonly<Record<string, string>>): void => {
      if (inquiry?.receivedAt)
        histogram.record(Math.max(0, Date.parse(at) - inquiry.receivedAt.getTime()) / 1_000, labels);
    };
  };
  const endToEnd = inSeconds('sluice_e2e', 'From receipt to the first effect that is confirmed.');
  const firstResponse = inSeconds('sluice_first_response', 'From receipt to the first answer of a person.');
  const breaches = meter.createCounter('sluice_sla_breach', { description: 'Promises that were broken.' });
  const cycle = inSeconds('sluice_cycle_time', 'From receipt to being closed.');

  const measures: ReadonlyMap<string, Measure> = new Map([
    on(inquiryScored.v1, ({ decision }, { playbook }) => {
      decisions.add(1, {
        playbook: nameLabel(playbook),
        label: labelLabel(playbook, decision.label),
        path: pathOf(decision),
      });
      if (decision.reading.model !== null)
        confidence.record(decision.confidence, {
          playbook: nameLabel(playbook),
          intent: intentLabel(playbook, decision),
        });
    }),
    on(inquiryDropped.v1, (_, { playbook }) => {
      decisions.add(1, { playbook: nameLabel(playbook), label: labelLabel(playbook, null), path: 'drop' });
    }),
    on(effectSettled.v1, ({ settledAt }, { playbook, inquiry }, { id }) => {
      if (inquiry?.path && inquiry.firstConfirmed === id)
        endToEnd(settledAt, inquiry, { playbook: nameLabel(playbook), path: inquiry.path });
    }),
    on(slaClocksMoved.v1, ({ moves, queue }, { playbook, inquiry }) => {
      for (const { clock, change, result, at } of moves)
        if (clock === ANSWERED_BY_A_PERSON && change === 'stopped' && result !== 'ended')
          firstResponse(at, inquiry, { queue: queueLabel(playbook, queue) });
    }),
    // Of a promise that is broken, the record that said so first: another of its kind, or a copy of it, breaks nothing more.
    on(slaBreached.v1, ({ queue, clock }, { playbook, breachedBy }, { record }) => {
      if (breachedBy.has(recordIdOf(record)))
        breaches.add(1, { queue: queueLabel(playbook, queue), clock: clockLabel(playbook, clock) });
    }),
    on(inquiryCommand.v1, ({ command, at }, { playbook, inquiry }) => {
      if (command.do === 'close') cycle(at, inquiry, { queue: queueLabel(playbook, inquiry?.queue ?? null) });
    }),
  ]);

  const playbookOf = async ({ record }: ProjectedEvent, inquiry: AppliedInquiry | undefined) => {
    const hash = headerOf(record.headers, headerNames.playbook) ?? inquiry?.playbook;
    return hash ? (await playbooks.byHash(hash)).playbook : null;
  };

  // It is projected already, and is not measured again: where the version can't be read now, its words are `other`.
  return async ({ events, inquiries, breachedBy }) => {
    const byId = new Map(inquiries.map((inquiry) => [inquiry.inquiryId, inquiry]));
    for (const event of events) {
      const measure = measures.get(event.type);
      // What was put back was measured where it stood before.
      if (!measure || isPutBack(event)) continue;
      const inquiry = byId.get((event.data as { readonly inquiryId: string }).inquiryId.toLowerCase());
      const playbook = await playbookOf(event, inquiry).catch(() => null);
      measure(event, { playbook, inquiry, breachedBy });
    }
  };
};
