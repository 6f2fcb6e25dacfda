import { metrics } from '@opentelemetry/api';
import { effectSettled, headerNames, inquiryDropped, inquiryScored, slaClockMoved, slaSignalled } from '@sluice/contracts';
import type { Postgres, Row } from '@sluice/persistence';
import { pathOf, type Playbook } from '@sluice/policy';
import { headerOf, type PlaybookSource, type ProjectedEvent } from '@sluice/stage';
import type { OnApplied } from './project.ts';

export interface EventMetersOptions {
  readonly schema: string;
  readonly playbooks: Pick<PlaybookSource<Playbook>, 'byHash'>;
}

type Measure = (event: ProjectedEvent, playbook: string) => Promise<void> | void;

/** The promise that a person answers: what is meant by a first response. */
const ANSWERED_BY_A_PERSON = 'first_human';
const CONFIDENCES = Array.from({ length: 20 }, (_, at) => (at + 1) / 20);
const SECONDS = [1, 2, 5, 10, 25, 60, 90, 120, 300, 900, 3_600, 14_400, 86_400, 259_200];

const secondsTo = (at: string, row: Row): number => Math.max(0, (Date.parse(at) - new Date(String(row['receivedAt'])).getTime()) / 1_000);

/** Figures of whole inquiries, counted from the log: each committed event once, whoever wrote it. */
export const createEventMeters = (postgres: Postgres, { schema, playbooks }: EventMetersOptions): OnApplied => {
  const meter = metrics.getMeter('@sluice/api');
  const decisions = meter.createCounter('sluice_decision', { description: 'Decisions by playbook, label and path.' });
  const confidence = meter.createHistogram('sluice_extraction_confidence', { description: 'How sure the model was, by playbook and intent.', advice: { explicitBucketBoundaries: CONFIDENCES } });
  const endToEnd = meter.createHistogram('sluice_e2e', { unit: 's', description: 'From receipt to the first effect that is confirmed.', advice: { explicitBucketBoundaries: SECONDS } });
  const firstResponse = meter.createHistogram('sluice_first_response', { unit: 's', description: 'From receipt to the first answer of a person.', advice: { explicitBucketBoundaries: SECONDS } });
  const cycle = meter.createHistogram('sluice_cycle_time', { unit: 's', description: 'From receipt to being closed.', advice: { explicitBucketBoundaries: SECONDS } });

  const rowOf = async (inquiryId: string): Promise<Row | null> => {
    const [row] = await postgres.query(`select received_at as "receivedAt", queue,
        (select count(*)::int from "${schema}".effect where inquiry_id = $1 and state = 'confirmed') as confirmed,
        (select data from "${schema}".event where inquiry_id = $1 and topic = $2 order by at desc limit 1) as scored
      from "${schema}".inquiry where inquiry_id = $1 and received_at is not null`, [inquiryId, inquiryScored.v1.type]);
    return row ?? null;
  };

  const measures: Readonly<Record<string, Measure>> = {
    [inquiryScored.v1.type]: ({ data }, playbook) => {
      const { decision } = inquiryScored.v1.parse(data);
      decisions.add(1, { playbook, label: decision.label ?? 'none', path: pathOf(decision) });
      if (decision.reading.model !== null) confidence.record(decision.confidence, { playbook, intent: decision.intent ?? decision.category });
    },
    [inquiryDropped.v1.type]: (_, playbook) => decisions.add(1, { playbook, label: 'none', path: 'drop' }),
    [effectSettled.v1.type]: async ({ data }, playbook) => {
      const { inquiryId, state, settledAt } = effectSettled.v1.parse(data);
      const row = state === 'confirmed' ? await rowOf(inquiryId) : null;
      if (row?.['confirmed'] !== 1 || row['scored'] === null) return;
      endToEnd.record(secondsTo(settledAt, row), { playbook, path: pathOf(inquiryScored.v1.parse(JSON.parse(String(row['scored']))).decision) });
    },
    [slaClockMoved.v1.type]: async ({ data }) => {
      const { inquiryId, clock, change, result, at, queue } = slaClockMoved.v1.parse(data);
      const row = clock === ANSWERED_BY_A_PERSON && change === 'stopped' && result !== 'ended' ? await rowOf(inquiryId) : null;
      if (row) firstResponse.record(secondsTo(at, row), { queue });
    },
    [slaSignalled.v1.type]: async ({ data }) => {
      const { inquiryId, signal, at } = slaSignalled.v1.parse(data);
      const row = signal.kind === 'closed' ? await rowOf(inquiryId) : null;
      if (row) cycle.record(secondsTo(at, row), { queue: String(row['queue'] ?? 'none') });
    },
  };

  const nameOf = async ({ record }: ProjectedEvent): Promise<string> => {
    const hash = headerOf(record.headers, headerNames.playbook);
    return hash ? (await playbooks.byHash(hash)).playbook.name : 'none';
  };

  return async (events) => {
    for (const event of events) {
      const measure = measures[event.type];
      // It is projected already: what can't be measured now is not measured again.
      if (measure) await nameOf(event).then((playbook) => measure(event, playbook)).catch(() => undefined);
    }
  };
};
