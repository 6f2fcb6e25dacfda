export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;

/** Nearest rank: every quantile is a value that was measured. @throws Error when nothing was. */
export const quantilesOf = (values: readonly number[]): Quantiles => {
  if (values.length === 0) throw new Error('taking quantiles: nothing was measured');
  const sorted = [...values].sort((a, b) => a - b);
  return { p50: at(sorted, 0.5), p95: at(sorted, 0.95), p99: at(sorted, 0.99) };
};

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
