import { deadLetterHeaderNames as names, headerNames } from '@sluice/contracts';
import type { Postgres, Queryable } from '@sluice/persistence';
import { headerOf, type ConsumedRecord, type ProjectedEvent } from '@sluice/stage';
import { changeOf, rankStoppedAt, type EffectChange, type RowChange } from '../domain/changes.ts';

const coordinates = ({ topic, partition, offset }: ConsumedRecord): readonly unknown[] => [
  topic,
  partition,
  String(offset),
];

/** The columns that a change may set; names come from our own table only, never from an event. */
const upsertRow = async (
  { query }: Queryable,
  schema: string,
  { change, at }: { readonly change: RowChange; readonly at: string },
): Promise<void> => {
  await query(
    `insert into "${schema}".inquiry as i (inquiry_id, last_at, rank, state, cost_usd) values ($1, $2, $3, coalesce($4, 'received'), $5)
     on conflict (inquiry_id) do update set last_at = greatest(i.last_at, excluded.last_at), cost_usd = i.cost_usd + $5,
       state = case when $4::text is not null and excluded.rank > i.rank then $4 else i.state end, rank = greatest(i.rank, excluded.rank)`,
    [change.inquiryId, at, change.rank, change.state, change.costUsd],
  );
  const columns = Object.entries(change.columns);
  if (columns.length === 0) return;
  const assignments = columns.map(([name], index) => `${name} = $${index + 2}`).join(', ');
  await query(`update "${schema}".inquiry set ${assignments} where inquiry_id = $1`, [
    change.inquiryId,
    ...columns.map(([, value]) => value),
  ]);
};

const upsertEffect = async (
  { query }: Queryable,
  schema: string,
  { effectId, inquiryId, kind, target, state, at, receipt }: EffectChange,
): Promise<void> => {
  const settled = state !== null;
  await query(
    `insert into "${schema}".effect as e (effect_id, inquiry_id, kind, target, state, requested_at, settled_at, receipt)
     values ($1, $2, $3, $4, coalesce($5, 'requested'), $6, $7, $8)
     on conflict (effect_id) do update set state = coalesce($5, e.state), settled_at = coalesce($7, e.settled_at), receipt = coalesce($8, e.receipt), requested_at = coalesce($6, e.requested_at)`,
    [effectId, inquiryId, kind, target, state, settled ? null : at, settled ? at : null, receipt],
  );
};

/** True when it was not applied before. */
const projectEvent = async (within: Queryable, schema: string, event: ProjectedEvent): Promise<boolean> => {
  const change = changeOf(event.type, event.data);
  if (!change) return false;
  const at = event.time ?? new Date(event.record.timestamp).toISOString();
  const added = await within.query(
    `insert into "${schema}".event (topic, partition, "offset", inquiry_id, event_id, at, data) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning 1`,
    [...coordinates(event.record), change.row.inquiryId, event.id, at, JSON.stringify(event.data)],
  );
  // Already applied: the batch was delivered again.
  if (added.length === 0) return false;
  await upsertRow(within, schema, { change: change.row, at });
  if (change.effect) await upsertEffect(within, schema, change.effect);
  return true;
};

const plainHeaders = ({ headers }: ConsumedRecord): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        (Buffer.isBuffer(value) ? [value] : value).map((one) => one.toString('base64')),
      ]),
    ),
  );

/** Beside the way of an inquiry: what they can't process says nothing of how far it got. */
const BESIDE = new Set(['note-assignment', 'note-command', 'run-clocks', 'set-timers']);

const projectDeadLetter = async (within: Queryable, schema: string, { record }: ProjectedEvent): Promise<void> => {
  const header = (name: string): string => headerOf(record.headers, name) ?? '';
  const inquiryId = headerOf(record.headers, headerNames.subject);
  await within.query(
    `insert into "${schema}".dead_letter (id, source_topic, stage, exception, message, fingerprint, inquiry_id, failed_at, key, value, headers)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
    [
      `${record.topic}/${record.partition}/${record.offset}`,
      header(names.topic),
      header(names.stage),
      header(names.exception),
      header(names.message),
      header(names.fingerprint),
      inquiryId,
      new Date(record.timestamp),
      record.key,
      record.value,
      plainHeaders(record),
    ],
  );
  if (inquiryId && !BESIDE.has(header(names.stage))) {
    await within.query(
      `update "${schema}".inquiry set state = 'dead-lettered', rank = $3, last_at = greatest(last_at, $2) where inquiry_id::text = $1 and rank <= $3`,
      [inquiryId, new Date(record.timestamp), rankStoppedAt(header(names.stage))],
    );
  }
};

/** Is told of every event that was applied for the first time, once it is committed. */
export type OnApplied = (events: readonly ProjectedEvent[]) => Promise<void>;

/** Applies events to the read model in one transaction. Applying them again changes nothing. */
export const createProjector =
  (postgres: Postgres, schema: string, onApplied: OnApplied = async () => undefined) =>
  async (events: readonly ProjectedEvent[]): Promise<void> => {
    const applied = await postgres.transaction(async (within) => {
      const fresh: ProjectedEvent[] = [];
      for (const event of events) {
        if (event.type.includes('.dlq.')) await projectDeadLetter(within, schema, event);
        else if (await projectEvent(within, schema, event)) fresh.push(event);
      }
      return fresh;
    });
    await onApplied(applied);
  };
