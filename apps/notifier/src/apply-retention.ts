import type { Retention, RetentionGroup, RetentionTerms } from './ports/retention.port.ts';

export interface RetentionOptions {
  readonly retention: Retention;
  /** @throws TransientError while that can't be looked up. */
  readonly termsOf: (group: RetentionGroup) => Promise<RetentionTerms>;
  /** Rows of one statement at most; default 1,000. */
  readonly limit?: number;
}

/** Statements of one run and group: a drain never waits for more. */
const MOST_STATEMENTS = 20;
const LIMIT = 1_000;

/** Gives what erases and deletes effects whose time is over, some at a time; it says `again` while there may be more. */
export const createRetentionRun =
  ({ retention, termsOf, limit = LIMIT }: RetentionOptions) =>
  async (): Promise<'again' | 'rest'> => {
    const isDone = async (group: RetentionGroup): Promise<boolean> => {
      const terms = await termsOf(group);
      for (let statement = 0; statement < MOST_STATEMENTS; statement += 1) {
        const { erased, deleted } = await retention.apply(group, terms, limit);
        if (erased < limit && deleted < limit) return true;
      }
      return false;
    };
    let done = true;
    for (const group of await retention.groups()) done = (await isDone(group)) && done;
    return done ? 'rest' : 'again';
  };
