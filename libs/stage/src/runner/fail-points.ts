/** Places where a fault harness may stop or kill the process. Costs one call of an empty function when off. */
export type FailPoint = 'after-fetch' | 'after-gather' | 'after-postgres-commit' | 'after-commit-before-resolve';

export interface FailPoints {
  at(point: FailPoint): void;
}

export const noFailPoints: FailPoints = { at: () => undefined };
