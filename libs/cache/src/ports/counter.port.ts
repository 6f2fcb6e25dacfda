/**
 * A sum that several processes add to: money spent today. Never throws; while the store is away each process
 * goes on with its own share, so that a limit holds per process until the store is back.
 */
export interface Counter {
  /** Adds (negative takes back) and returns the new sum. The sum is forgotten `ttlSeconds` after the last addition. */
  add(key: string, amount: number, ttlSeconds: number): Promise<number>;
  /** 0 when nothing was added. */
  read(key: string): Promise<number>;
  close(): Promise<void>;
}
