import { uuidV5 } from '@sluice/kernel';
import type { Queryable, Row } from '@sluice/persistence';
import { settledEventOf } from './effect-rows.ts';

/** The first settlement of an effect and, should it be reopened, each later one has an id of its own, for ever. */
const settlementIdOf = (effectId: string, number: number): string =>
  number === 1 ? uuidV5(effectId, 'settled') : uuidV5(effectId, 'settled', String(number));

export interface SettledRow {
  readonly row: Row;
  /** Of whoever performed it; null where it is the planner's. */
  readonly traceParent: string | null;
}

const COLUMNS = ['settlement_id', 'effect_id', 'event', 'trace_parent', 'brand', 'playbook'];

const toValues = ({ row, traceParent }: SettledRow): readonly unknown[] => {
  const effectId = String(row['effect_id']);
  return [
    settlementIdOf(effectId, Number(row['settlements'])),
    effectId,
    JSON.stringify(settledEventOf(row)),
    traceParent ?? row['trace_parent'],
    row['brand'] ?? '',
    row['playbook'] ?? '',
  ];
};

/** Puts what became of effects among what is to be published, in the transaction that settles them. */
export const storeSettlements = async (
  within: Queryable,
  schema: string,
  settled: readonly SettledRow[],
): Promise<void> => {
  const values = settled.map(toValues);
  await within.query(
    `insert into "${schema}".settlement (${COLUMNS.join(', ')}) select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[])`,
    COLUMNS.map((_, index) => values.map((of) => of[index])),
  );
};
