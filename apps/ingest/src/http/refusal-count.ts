import type { Clock } from '@sluice/kernel';

/** Counts, for each address, the requests that showed no sender we know. In this process alone: it is this process's memory that bodies fill. */
export interface RefusalCount {
  add(address: string): void;
  /** Whole seconds until the address is heard again; 0: it is heard. */
  secondsToWait(address: string): number;
}

export interface RefusalCountOptions {
  readonly most: number;
  readonly windowSeconds: number;
  readonly clock: Clock;
}

/** All addresses share the windows, so that what is remembered ends with each. */
export const createRefusalCount = ({ most, windowSeconds, clock }: RefusalCountOptions): RefusalCount => {
  const windowMs = windowSeconds * 1_000;
  const refused = new Map<string, number>();
  let window = 0;
  const now = (): number => {
    const at = Date.parse(clock.now());
    if (Math.floor(at / windowMs) !== window) refused.clear();
    window = Math.floor(at / windowMs);
    return at;
  };
  return {
    add(address) {
      now();
      refused.set(address, (refused.get(address) ?? 0) + 1);
    },
    secondsToWait(address) {
      const at = now();
      return (refused.get(address) ?? 0) < most ? 0 : Math.ceil(((window + 1) * windowMs - at) / 1_000);
    },
  };
};
