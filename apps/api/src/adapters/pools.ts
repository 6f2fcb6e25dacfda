import { inquiryAssigned, poolChanged } from '@sluice/contracts';
import type { EntityStore } from '@sluice/persistence';
import type { PoolEvent } from '../domain/fairness.ts';
import type { Period } from '../domain/iso-week.ts';
import { eventEntity, type LoggedEvent } from '../entities.ts';

export interface PoolOf {
  readonly brand: string;
  readonly pool: string;
}

/** What was said of pools. */
export interface Pools {
  /** All that was said of one in a period, in order, some at a time: a busy pool says more in a week than one answer should hold. */
  events(of: PoolOf, period: Period): AsyncIterable<readonly PoolEvent[]>;
}

const TYPES = [inquiryAssigned.v1.type, poolChanged.v1.type];
const PAGE = 1_000;
/** What happened in a period was logged in it or later, but for a producer's clock that is ahead. */
const SKEW_MS = 86_400_000;

const toEvent = ({ topic, data }: LoggedEvent): PoolEvent => {
  const parsed: unknown = JSON.parse(data);
  return topic === poolChanged.v1.type
    ? { type: 'changed', event: poolChanged.v1.parse(parsed) }
    : { type: 'assigned', event: inquiryAssigned.v1.parse(parsed) };
};

export const createPools = (store: EntityStore, pageSize = PAGE): Pools => ({
  async *events(of, { from, to }) {
    const page = (after: LoggedEvent | undefined): Promise<readonly LoggedEvent[]> =>
      store.run((manager) => {
        const query = manager
          .createQueryBuilder(eventEntity, 'e')
          .where('e.pool = :pool and e.brand = :brand and e.topic in (:...topics)', { ...of, topics: TYPES })
          .andWhere('e.at >= :from and e.at < :to and e.loggedAt >= :loggedFrom', {
            from,
            to,
            loggedFrom: new Date(Date.parse(from) - SKEW_MS),
          });
        if (after) {
          const { at, topic, partition, offset } = after;
          query.andWhere('(e.at, e.topic, e.partition, e.offset) > (:at, :topic, :partition, :offset)', {
            at,
            topic,
            partition,
            offset,
          });
        }
        return query
          .orderBy({ 'e.at': 'ASC', 'e.topic': 'ASC', 'e.partition': 'ASC', 'e.offset': 'ASC' })
          .limit(pageSize)
          .getMany();
      });
    let rows = await page(undefined);
    while (rows.length > 0) {
      yield rows.map(toEvent);
      rows = rows.length < pageSize ? [] : await page(rows.at(-1));
    }
  },
});
