/** Places where a fault harness may stop or kill the notifier. Costs one call of an empty function when off. */
export type FailPoint = 'before-lease' | 'after-lease' | 'before-provider-call' | 'after-provider-answer' | 'before-receipt-stored';

export interface FailPoints {
  at(point: FailPoint): void;
}

export const noFailPoints: FailPoints = { at: () => undefined };
