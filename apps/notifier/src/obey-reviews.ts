import { effectReviewed } from '@sluice/contracts';
import { dataIn, type ProjectedEvent } from '@sluice/stage';
import type { Ledger } from './ports/ledger.port.ts';

export interface ReviewerOptions {
  readonly ledger: Pick<Ledger, 'review'>;
  /** Told which lanes got work. */
  readonly wake: (lanes: readonly string[]) => void;
}

/** Has what people approved done, and what they declined ended. Doing it again changes nothing. */
export const createReviewer =
  ({ ledger, wake }: ReviewerOptions) =>
  async (events: readonly ProjectedEvent[]): Promise<void> => {
    const reviews = events.flatMap((event) => {
      const reviewed = dataIn(event, effectReviewed.v1);
      return reviewed === null
        ? []
        : [{ effectId: reviewed.effectId, verdict: reviewed.verdict, at: reviewed.reviewedAt }];
    });
    if (reviews.length > 0) wake(await ledger.review(reviews));
  };
