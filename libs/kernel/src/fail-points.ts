/** Places where a fault harness may stop or kill the process, in the order a record passes them. */
export const failPointNames = [
  'after-fetch',
  'after-gather',
  'after-postgres-commit',
  'after-send',
  'after-send-offsets',
  'during-end-txn',
  'after-commit-before-resolve',
  'before-lease',
  'after-lease',
  'before-provider-call',
  'after-provider-answer',
  'before-receipt-stored',
] as const;
export type FailPoint = (typeof failPointNames)[number];

/** Told whenever a fail point is passed. Costs one call of an empty function when off. */
export interface FailPoints {
  at(point: FailPoint): void;
}

export const noFailPoints: FailPoints = { at: () => undefined };
