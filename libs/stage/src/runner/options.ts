/** How a runner trades latency for throughput, and what it may hold. */
export interface RunnerOptions {
  /** Records of one transaction; a commit begins at once when so many are ready. */
  readonly commitRecords: number;
  /** Milliseconds a ready record waits for others at most. */
  readonly commitAfterMs: number;
  /** Gathers under way at a time. */
  readonly concurrency: number;
  /** Records held, fetched and not committed; above it fetching pauses. */
  readonly windowRecords: number;
  /** Bytes held; above it fetching pauses. */
  readonly windowBytes: number;
  /** Milliseconds a drain may take before what is left is abandoned (it is fetched again by another). */
  readonly drainMs: number;
  /** Milliseconds one gather or one commit may take, while nothing says that the world is unwell, before the group is left. */
  readonly stuckAfterMs: number;
  readonly breaker: { readonly defects: number; readonly outOf: number };
}

export const defaultRunnerOptions: RunnerOptions = {
  commitRecords: 1_000,
  commitAfterMs: 100,
  concurrency: 64,
  windowRecords: 4_000,
  windowBytes: 32 * 1024 * 1024,
  drainMs: 20_000,
  stuckAfterMs: 5 * 60_000,
  breaker: { defects: 20, outOf: 50 },
};
