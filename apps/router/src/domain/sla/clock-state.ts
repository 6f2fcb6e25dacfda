import { slaTermsSchema } from '@sluice/policy';
import { z } from 'zod';

/** One promise of one conversation, as it stands. Holds the terms it began with: it ends by them, whatever the playbook says by then. */
export const clockState = z.object({
  terms: slaTermsSchema,
  /** The message that it waits on. */
  inquiryId: z.string(),
  queue: z.string(),
  priority: z.string(),
  /** For whom the playbook counts, when people are to be told; left out where that was not said. */
  scope: z.object({ brand: z.string(), channel: z.string(), intent: z.string() }).optional(),
  revision: z.int().nonnegative(),
  status: z.enum(['running', 'paused', 'stopped']),
  startedAt: z.string(),
  /** Since when open time is counted; null while it stands still. */
  runningSince: z.string().nullable(),
  /** Open time until `runningSince`. */
  spentMs: z.int().nonnegative(),
  pause: z.object({ reason: z.string(), since: z.string(), until: z.string().nullable() }).nullable(),
  stoppedAt: z.string().nullable(),
  result: z.enum(['met', 'missed', 'ended']).nullable(),
  /** Shares of the time promised that were passed, so that none is passed twice. */
  passed: z.array(z.number()),
  /** When the promise was broken; null while it is not. */
  breachedAt: z.string().nullable(),
  /** Steps that were reached when nobody may be disturbed. */
  waiting: z.array(z.object({ step: z.string(), reachedAt: z.string(), until: z.string() })),
});
export type ClockState = z.output<typeof clockState>;

/** What a conversation remembers of its promises. */
export const conversationClocks = z.object({
  owner: z.string().nullable(),
  clocks: z.record(z.string(), clockState),
});
export type ConversationClocks = z.output<typeof conversationClocks>;

export const noClocks: ConversationClocks = { owner: null, clocks: {} };

export type Change = 'started' | 'restarted' | 'tightened' | 'paused' | 'resumed' | 'stopped' | 'advanced';

/** What one clock did. `moved` carries the clock as it stood right after. */
export type Happening =
  | {
      readonly kind: 'moved';
      readonly clock: ClockState;
      readonly change: Change;
      readonly because: string;
      readonly by: string;
      readonly at: string;
      readonly breachWithdrawn: boolean;
    }
  | {
      readonly kind: 'at-risk';
      readonly clock: ClockState;
      readonly share: number;
      readonly reachedAt: string;
      readonly dueAt: string;
    }
  | { readonly kind: 'breached'; readonly clock: ClockState; readonly dueAt: string }
  | {
      readonly kind: 'escalated';
      readonly clock: ClockState;
      readonly step: ClockState['terms']['steps'][number];
      readonly reachedAt: string;
    };

/** A clock and what it did on the way there, in order. */
export interface Moved {
  readonly clock: ClockState;
  readonly happened: readonly Happening[];
}

export interface Cause {
  readonly because: string;
  readonly by: string;
  readonly at: string;
}

/** Notes a change: the clock gets its next revision. */
export const moved = (
  clock: ClockState,
  change: Change,
  cause: Cause & { readonly breachWithdrawn?: boolean },
): Moved => {
  const next = { ...clock, revision: clock.revision + 1 };
  return {
    clock: next,
    happened: [
      {
        kind: 'moved',
        clock: next,
        change,
        because: cause.because,
        by: cause.by,
        at: cause.at,
        breachWithdrawn: cause.breachWithdrawn ?? false,
      },
    ],
  };
};

/** One thing after another. */
export const andThen = ({ clock, happened }: Moved, next: (clock: ClockState) => Moved): Moved => {
  const after = next(clock);
  return { clock: after.clock, happened: [...happened, ...after.happened] };
};
