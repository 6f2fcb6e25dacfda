export interface RateVerdict {
  readonly allowed: boolean;
  /** Points per window. */
  readonly limit: number;
  /** Points left in this window, 0 when refused. */
  readonly remaining: number;
  /** Milliseconds until the window starts anew. */
  readonly resetMs: number;
  /** `shared`: counted by Redis over all replicas. `local`: Redis was away, this process counted alone. */
  readonly counted: 'shared' | 'local';
}

/** Counts what one caller may still do in a window. Never throws and never lets Redis' absence refuse or pass everything. */
export interface RateLimiter {
  /** Takes `points` (1 unless told) from the key's window. */
  consume(key: string, points?: number): Promise<RateVerdict>;
  close(): Promise<void>;
}
