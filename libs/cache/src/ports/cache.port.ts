/**
 * Answers that may be lost. Adapters call it once or twice per inquiry, on the way to something slower.
 * It never throws and never waits long: while the store is away every `get` is a miss and every `set` does nothing.
 */
export interface Cache {
  /** The JSON value last set, or undefined on a miss. `null` is a value (a lookup that found nothing is worth keeping). */
  get(key: string): Promise<unknown>;
  /** Keeps a JSON value for `ttlSeconds` (whole seconds, rounded up; 0 or less keeps nothing). */
  set(key: string, value: unknown, ttlSeconds: number): Promise<void>;
  /** True while the store answers. Only for health pages: nothing needs to ask before `get`. */
  isReachable(): Promise<boolean>;
  /** Releases what this cache opened itself. Idempotent; afterwards every `get` is a miss. */
  close(): Promise<void>;
}
