import { metrics } from '@opentelemetry/api';
import {
  effectSettled,
  headerNames,
  inquiryDropped,
  inquiryScored,
  slaClockMoved,
  slaSignalled,
} from '@sluice/contracts';
import type { Postgres, Row } from '@sluice/persistence';
import { pathOf, type Playbook } from '@sluice/policy';
import { headerOf, type PlaybookSource, type ProjectedEvent } from '@sluice/stage';
import type { OnApplied } from './project.ts';

export interface EventMetersOptions {
  readonly schema: string;
  readonly playbooks: Pick<PlaybookSource<Playbook>, 'byHash'>;
}

/** What one event has to say to the meters. */
interface Figure {
  /** The inquiry that has to be looked up for it; null: the event says it all. */
  readonly inquiryId: string | null;
  readonly record: (playbook: string, row: Row) => void;
}

type Reader = (event: ProjectedEvent) => Figure | null;

/** The promise that a person answers: what is meant by a first response. */
const ANSWERED_BY_A_PERSON = 'first_human';
const CONFIDENCES = Array.from({ length: 20 }, (_, at) => (at + 1) / 20);
const SECONDS = [1, 2, 5, 10, 25, 60, 90, 120, 300, 900, 3_600, 14_400, 86_400, 259_200];

const secondsTo = (at: string, row: Row): number =>
  Math.max(0, (Date.parse(at) - new Date(String(row['receivedAt'])).getTime()) / 1_000);

/** Figures of whole inquiries, counted from the log: each committed event once, whoever wrote it. */
export const createEventMeters = (postgres: Postgres, { schema, playbooks }: EventMetersOptions): OnApplied => {
  const meter = metrics.getMeter('@sluice/api');
  const decisions = meter.createCounter('sluice_decision', { description: 'Decisions by playbook, label and path.' });
  const confidence = meter.createHistogram('sluice_extraction_confidence', {
    description: 'How sure the model was, by playbook and intent.',
    advice: { explicitBucketBoundaries: CONFIDENCES },
  });
  const endToEnd = meter.createHistogram('sluice_e2e', {
    unit: 's',
    description: 'From receipt to the first effect that is confirmed.',
    advice: { explicitBucketBoundaries: SECONDS },
  });
  const firstResponse = meter.createHistogram('sluice_first_response', {
    unit: 's',
    description: 'From receipt to the first answer of a person.',
    advice: { explicitBucketBoundaries: SECONDS },
  });
  const cycle = meter.createHistogram('sluice_cycle_time', {
    unit: 's',
    description: 'From receipt to being closed.',
    advice: { explicitBucketBoundaries: SECONDS },
  });

  /** One question for a batch. What settles of an inquiry lies on one partition: its first offset is what came first. */
  const rowsOf = async (inquiryIds: readonly string[]): Promise<ReadonlyMap<string, Row>> => {
    if (inquiryIds.length === 0) return new Map();
    const rows = await postgres.query(
      `select inquiry_id as "inquiryId", received_at as "receivedAt", queue,
        (select event_id from "${schema}".event where inquiry_id = i.inquiry_id and topic = $2 and data::json ->> 'state' = 'confirmed' order by "offset", partition limit 1) as "firstConfirmed",
        (select data from "${schema}".event where inquiry_id = i.inquiry_id and topic = $3 order by at desc limit 1) as scored
      from "${schema}".inquiry i where inquiry_id = any($1::uuid[]) and received_at is not null`,
      [inquiryIds, effectSettled.v1.type, inquiryScored.v1.type],
    );
    return new Map(rows.map((row) => [String(row['inquiryId']), row]));
  };

  const readers: Readonly<Record<string, Reader>> = {
    [inquiryScored.v1.type]: ({ data }) => {
      const { decision } = inquiryScored.v1.parse(data);
      return {
        inquiryId: null,
        record: (playbook) => {
          decisions.add(1, { playbook, label: decision.label ?? 'none', path: pathOf(decision) });
          if (decision.reading.model !== null)
            confidence.record(decision.confidence, { playbook, intent: decision.intent ?? decision.category });
        },
      };
    },
    [inquiryDropped.v1.type]: () => ({
      inquiryId: null,
      record: (playbook) => decisions.add(1, { playbook, label: 'none', path: 'drop' }),
    }),
    [effectSettled.v1.type]: ({ id, data }) => {
      const { inquiryId, state, settledAt } = effectSettled.v1.parse(data);
      if (state !== 'confirmed') return null;
      return {
        inquiryId,
        record: (playbook, row) => {
          if (row['firstConfirmed'] !== id || row['scored'] === null) return;
          endToEnd.record(secondsTo(settledAt, row), {
            playbook,
            path: pathOf(inquiryScored.v1.parse(JSON.parse(String(row['scored']))).decision),
          });
        },
      };
    },
    [slaClockMoved.v1.type]: ({ data }) => {
      const { inquiryId, clock, change, result, at, queue } = slaClockMoved.v1.parse(data);
      if (clock !== ANSWERED_BY_A_PERSON || change !== 'stopped' || result === 'ended') return null;
      return { inquiryId, record: (_, row) => firstResponse.record(secondsTo(at, row), { queue }) };
    },
    [slaSignalled.v1.type]: ({ data }) => {
      const { inquiryId, signal, at } = slaSignalled.v1.parse(data);
      return signal.kind === 'closed'
        ? { inquiryId, record: (_, row) => cycle.record(secondsTo(at, row), { queue: String(row['queue'] ?? 'none') }) }
        : null;
    },
  };

  const nameOf = async ({ record }: ProjectedEvent): Promise<string> => {
    const hash = headerOf(record.headers, headerNames.playbook);
    return hash ? (await playbooks.byHash(hash)).playbook.name : 'none';
  };

  // It is projected already: what can't be measured now is not measured again.
  return async (events) => {
    const figures = events.flatMap((event) => {
      const figure = readers[event.type]?.(event) ?? null;
      return figure ? [{ event, ...figure }] : [];
    });
    const rows = await rowsOf([...new Set(figures.flatMap(({ inquiryId }) => inquiryId ?? []))]).catch(
      () => new Map<string, Row>(),
    );
    for (const { event, inquiryId, record } of figures) {
      const row = inquiryId === null ? {} : rows.get(inquiryId);
      if (row)
        await nameOf(event)
          .then((playbook) => record(playbook, row))
          .catch(() => undefined);
    }
  };
};
