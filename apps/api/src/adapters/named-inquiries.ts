import { uuidV5 } from '@sluice/kernel';
import type { Row } from '@sluice/persistence';
import type { ReadModel } from './read-model.ts';

/** How somebody outside calls an inquiry: by our id, or by what its source calls the event. */
export interface InquiryName {
  /** Sources that may have taken it in. */
  readonly sources: readonly string[];
  /** Our id, or ids of the source's events, the likeliest first. */
  readonly ids: readonly string[];
}

export interface FoundInquiry {
  readonly inquiryId: string;
  readonly row: Row;
}

/** Finds an inquiry by a name from outside; null when none is known by it. */
export type FindInquiry = (name: InquiryName) => Promise<FoundInquiry | null>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

/** Ids are made of brand, source and event, so that they can be told without a search. */
export const createFindInquiry =
  (model: Pick<ReadModel, 'inquiry'>, brand: string): FindInquiry =>
  async ({ sources, ids }) => {
    const candidates = [
      ...ids.filter((id) => UUID.test(id)),
      ...[...new Set(sources)].flatMap((source) => ids.map((id) => uuidV5(brand, source, id))),
    ];
    for (const inquiryId of candidates) {
      const row = await model.inquiry(inquiryId);
      if (row) return { inquiryId, row };
    }
    return null;
  };
