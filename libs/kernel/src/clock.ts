/** The only source of time for code below the shell. `now` is RFC 3339 in UTC with milliseconds. */
export interface Clock {
  now(): string;
}

export const systemClock: Clock = { now: () => new Date().toISOString() };
