/** One request as it arrived, and what was done with it. */
export interface JournalEntry {
  /** Counts up from 1; the judge's order. */
  readonly number: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** Secrets replaced. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Null until answered, and for ever when no answer left. */
  readonly status: number | null;
  /** What the schedule did to it; null when it was treated well. */
  readonly fault: string | null;
  /** Keys of what was applied because of it. */
  readonly applied: readonly string[];
}

export interface JournalView {
  /** Requests since the last clearing, those no longer kept included. */
  readonly received: number;
  /** How often each key was applied. A judge wants ones. */
  readonly applied: Readonly<Record<string, number>>;
  /** The latest requests, oldest first. */
  readonly entries: readonly JournalEntry[];
}

export interface OpenEntry {
  /** The simulated world changed under this key. */
  applied(key: string): void;
  met(fault: string): void;
  answered(status: number): void;
}

export interface Journal {
  open(request: Pick<JournalEntry, 'method' | 'path' | 'headers' | 'body'>): OpenEntry;
  view(after?: number): JournalView;
  clear(): void;
}

/** Keeps the last `capacity` requests and every count. */
export const createJournal = (capacity = 20_000): Journal => {
  let received = 0;
  let applied = new Map<string, number>();
  let entries: { -readonly [K in keyof JournalEntry]: JournalEntry[K] }[] = [];

  return {
    open(request) {
      received += 1;
      const entry = {
        number: received,
        at: new Date().toISOString(),
        ...request,
        status: null as number | null,
        fault: null as string | null,
        applied: [] as string[],
      };
      entries.push(entry);
      if (entries.length > capacity * 2) entries = entries.slice(-capacity);
      return {
        applied(key) {
          entry.applied.push(key);
          applied.set(key, (applied.get(key) ?? 0) + 1);
        },
        met(name) {
          entry.fault = name;
        },
        answered(status) {
          entry.status = status;
        },
      };
    },
    view: (after = 0) => ({
      received,
      applied: Object.fromEntries(applied),
      entries: entries.slice(-capacity).filter(({ number }) => number > after),
    }),
    clear() {
      received = 0;
      applied = new Map();
      entries = [];
    },
  };
};
