import { metrics, type BatchObservableCallback } from '@opentelemetry/api';
import { TransientError, type Clock } from '@sluice/kernel';
import type { Queryable } from '@sluice/persistence';
import type { Playbook } from '@sluice/policy';
import type { PlaybookSource } from '@sluice/stage';
import { clockLabel, queueLabel } from '../domain/metric-labels.ts';

export interface SlaMetersOptions {
  /** Of the read model. */
  readonly schema: string;
  readonly playbooks: Pick<PlaybookSource<Playbook>, 'byHash'>;
  readonly clock: Clock;
}

/** The promises of one clock in one queue that run, by the version that made them. */
interface Lane {
  readonly playbook: string;
  readonly queue: string;
  readonly clock: string;
  readonly atRisk: number;
  readonly overdue: number;
  /** When the next of those that are not broken is due; null where all are. */
  readonly nextDue: Date | null;
}

/**
 * For how long what was read is shown again, however many scrape: so many milliseconds, and as many times what reading it took, so that
 * whatever there is to count keeps the database busy for a twentieth of the time at most.
 */
const [KEPT_MS, REST] = [5_000, 20];
const MINUTE_MS = 60_000;

/**
 * One row per lane. The next due of each is found by stepping from lane to lane in an index, however many promises run; only those
 * that are at risk or broken are counted.
 */
const READ_LANES = (schema: string): string => `
  with recursive running as not materialized (
    select playbook, queue, clock, due_at from "${schema}".sla_promise where status = 'running' and breached_by is null),
  next as (
    (select * from running order by playbook, queue, clock, due_at limit 1)
    union all
    select following.* from next cross join lateral (
      select * from running where (running.playbook, running.queue, running.clock) > (next.playbook, next.queue, next.clock)
      order by playbook, queue, clock, due_at limit 1) as following),
  pressing as (
    select playbook, queue, clock, count(*) filter (where breached_by is null) as at_risk, count(breached_by) as overdue
    from "${schema}".sla_promise where status = 'running' and (at_risk or breached_by is not null) group by playbook, queue, clock)
  select playbook, queue, clock, coalesce(at_risk, 0)::float8 as "atRisk", coalesce(overdue, 0)::float8 as overdue, due_at as "nextDue"
  from next full join pressing using (playbook, queue, clock)`;

const earlier = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other < one) ? other : one;

type LabelledLane = Omit<Lane, 'playbook'>;

/** Lanes under the labels that they may have: several may share one. @throws TransientError */
const byLabels = async (
  lanes: readonly Lane[],
  playbooks: SlaMetersOptions['playbooks'],
): Promise<readonly LabelledLane[]> => {
  const versionOf = async (hash: string): Promise<Playbook | null> => {
    if (hash === '') return null;
    return playbooks.byHash(hash).then(
      ({ playbook }) => playbook,
      (error: unknown) => {
        if (error instanceof TransientError) throw error;
        return null;
      },
    );
  };
  const labelled = new Map<string, LabelledLane>();
  for (const { playbook: hash, ...lane } of lanes) {
    const playbook = await versionOf(hash);
    const [queue, clock] = [queueLabel(playbook, lane.queue), clockLabel(playbook, lane.clock)];
    const { atRisk, overdue, nextDue } = labelled.get(`${clock} ${queue}`) ?? { atRisk: 0, overdue: 0, nextDue: null };
    labelled.set(`${clock} ${queue}`, {
      queue,
      clock,
      atRisk: atRisk + lane.atRisk,
      overdue: overdue + lane.overdue,
      nextDue: earlier(nextDue, lane.nextDue),
    });
  }
  return [...labelled.values()];
};

/** The gauges of promises that run, as the read model has them. Gives what takes them back. */
export const watchPromises = (postgres: Queryable, { schema, playbooks, clock }: SlaMetersOptions): (() => void) => {
  const meter = metrics.getMeter('@sluice/api');
  const atRisk = meter.createObservableGauge('sluice_sla_at_risk', {
    description: 'Promises that run and will be broken soon.',
  });
  const overdue = meter.createObservableGauge('sluice_sla_overdue', {
    description: 'Promises that are broken and still run.',
  });
  const toBreach = meter.createObservableGauge('sluice_minutes_to_breach', {
    description: 'Minutes by the clock on the wall until the next promise of a lane, a queue, is broken.',
  });

  const readLanes = async (): Promise<readonly LabelledLane[]> =>
    byLabels((await postgres.query(READ_LANES(schema))) as unknown as readonly Lane[], playbooks);
  let last: { readonly lanes: ReturnType<typeof readLanes>; staleAt: number } | null = null;
  const read = (): ReturnType<typeof readLanes> => {
    const began = performance.now();
    if (last !== null && began < last.staleAt) return last.lanes;
    const reading = { lanes: readLanes(), staleAt: Infinity };
    const keepFor = (ms: number): void => {
      reading.staleAt = performance.now() + ms;
    };
    reading.lanes.then(
      () => keepFor(Math.max(KEPT_MS, REST * (performance.now() - began))),
      () => keepFor(KEPT_MS),
    );
    last = reading;
    return reading.lanes;
  };

  const gauges = [atRisk, overdue, toBreach];
  const observe: BatchObservableCallback = async (observer) => {
    // What can't be read now is not known: nothing is shown, and /readyz says why.
    const lanes = await read().catch(() => []);
    const now = Date.parse(clock.now());
    for (const { queue, clock: name, ...lane } of lanes) {
      observer.observe(atRisk, lane.atRisk, { queue, clock: name });
      observer.observe(overdue, lane.overdue, { queue, clock: name });
      if (lane.nextDue !== null)
        observer.observe(toBreach, (lane.nextDue.getTime() - now) / MINUTE_MS, { lane: queue, clock: name });
    }
  };
  meter.addBatchObservableCallback(observe, gauges);
  return () => meter.removeBatchObservableCallback(observe, gauges);
};
