import { uuidV5 } from '@sluice/kernel';
import type { Queryable, Row } from '@sluice/persistence';
import { settledEventOf } from './effect-rows.ts';

/** The first settlement of an effect and, should it be reopened, each later one has an id of its own, for ever. */
const settlementIdOf = (effectId: string, number: number): string => (number === 1 ? uuidV5(effectId, 'settled') : uuidV5(effectId, 'settled', String(number)));

/** Puts what became of an effect among what is to be published, in the transaction that settles it. */
export const storeSettlement = async (within: Queryable, schema: string, { row, traceParent }: { readonly row: Row; readonly traceParent: string | null }): Promise<void> => {
  const effectId = String(row['effect_id']);
  await within.query(
    `insert into "${schema}".settlement (settlement_id, effect_id, event, trace_parent, brand, playbook) values ($1, $2, $3, $4, $5, $6)`,
    [settlementIdOf(effectId, Number(row['settlements'])), effectId, JSON.stringify(settledEventOf(row)), traceParent ?? row['trace_parent'], row['brand'] ?? '', row['playbook'] ?? '']);
};
