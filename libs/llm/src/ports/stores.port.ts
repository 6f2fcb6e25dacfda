/** Keeps answers for a while. Never throws; a miss is undefined. `@sluice/cache` has one. */
export interface AnswerStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, ttlSeconds: number): Promise<void>;
}

/** A sum over all replicas. Never throws. `@sluice/cache` has one. */
export interface SpendCounter {
  add(key: string, amount: number, ttlSeconds: number): Promise<number>;
  read(key: string): Promise<number>;
}
