import { metrics } from '@opentelemetry/api';
import {
  effectSettled,
  headerNames,
  inquiryCommand,
  inquiryDropped,
  inquiryScored,
  slaClocksMoved,
  type EventContract,
} from '@sluice/contracts';
import { intentKey, pathOf, type Playbook } from '@sluice/policy';
import { headerOf, type PlaybookSource, type ProjectedEvent } from '@sluice/stage';
import type { AppliedInquiry, OnApplied } from './project.ts';

export interface EventMetersOptions {
  readonly playbooks: Pick<PlaybookSource<Playbook>, 'byHash'>;
}

/** What an event is measured by: the version that decided, null where none was stamped, and its inquiry as the batch left it. */
interface Known {
  readonly playbook: Playbook | null;
  readonly inquiry: AppliedInquiry | undefined;
}

type Measure = (event: ProjectedEvent, known: Known) => void;

/** The promise that a person answers: what is meant by a first response. */
const ANSWERED_BY_A_PERSON = 'first_human';
const CONFIDENCES = Array.from({ length: 20 }, (_, at) => (at + 1) / 20);
const SECONDS = [1, 2, 5, 10, 25, 60, 90, 120, 300, 900, 3_600, 14_400, 86_400, 259_200];

const NONE = 'none';
/** For a word that no playbook declares, a model's own: as labels, such words would be without number, and may hold what a person wrote. */
const OTHER = 'other';

const declared = (words: readonly string[] | undefined, word: string | null): string => {
  if (word === null) return NONE;
  return words?.includes(word) ? word : OTHER;
};

const nameOf = (playbook: Playbook | null): string => playbook?.name ?? NONE;
const queueOf = (playbook: Playbook | null, queue: string | null): string =>
  declared(
    playbook?.routes.map((route) => route.queue),
    queue,
  );
const labelOf = (playbook: Playbook | null, label: string | null): string =>
  declared(
    playbook?.rubric.labels.map((one) => one.label),
    label,
  );
const intentOf = (
  playbook: Playbook | null,
  decision: { readonly intent: string | null; readonly category: string },
): string =>
  playbook === null
    ? OTHER
    : declared(
        [...playbook.taxonomy.categories.map(({ name }) => name), ...(playbook.taxonomy.axes.intent?.values ?? [])],
        intentKey(playbook, decision),
      );

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
  const cycle = inSeconds('sluice_cycle_time', 'From receipt to being closed.');

  const measures: ReadonlyMap<string, Measure> = new Map([
    on(inquiryScored.v1, ({ decision }, { playbook }) => {
      decisions.add(1, {
        playbook: nameOf(playbook),
        label: labelOf(playbook, decision.label),
        path: pathOf(decision),
      });
      if (decision.reading.model !== null)
        confidence.record(decision.confidence, { playbook: nameOf(playbook), intent: intentOf(playbook, decision) });
    }),
    on(inquiryDropped.v1, (_, { playbook }) => {
      decisions.add(1, { playbook: nameOf(playbook), label: NONE, path: 'drop' });
    }),
    on(effectSettled.v1, ({ settledAt }, { playbook, inquiry }, { id }) => {
      if (inquiry?.path && inquiry.firstConfirmed === id)
        endToEnd(settledAt, inquiry, { playbook: nameOf(playbook), path: inquiry.path });
    }),
    on(slaClocksMoved.v1, ({ moves, queue }, { playbook, inquiry }) => {
      for (const { clock, change, result, at } of moves)
        if (clock === ANSWERED_BY_A_PERSON && change === 'stopped' && result !== 'ended')
          firstResponse(at, inquiry, { queue: queueOf(playbook, queue) });
    }),
    on(inquiryCommand.v1, ({ command, at }, { playbook, inquiry }) => {
      if (command.do === 'close') cycle(at, inquiry, { queue: queueOf(playbook, inquiry?.queue ?? null) });
    }),
  ]);

  const playbookOf = async ({ record }: ProjectedEvent, inquiry: AppliedInquiry | undefined) => {
    const hash = headerOf(record.headers, headerNames.playbook) ?? inquiry?.playbook;
    return hash ? (await playbooks.byHash(hash)).playbook : null;
  };

  // It is projected already: what can't be measured now is not measured again.
  return async ({ events, inquiries }) => {
    const byId = new Map(inquiries.map((inquiry) => [inquiry.inquiryId, inquiry]));
    for (const event of events) {
      const measure = measures.get(event.type);
      if (!measure) continue;
      const inquiry = byId.get((event.data as { readonly inquiryId: string }).inquiryId.toLowerCase());
      await playbookOf(event, inquiry)
        .then((playbook) => {
          measure(event, { playbook, inquiry });
        })
        .catch(() => undefined);
    }
  };
};
