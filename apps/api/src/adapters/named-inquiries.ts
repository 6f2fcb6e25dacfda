import { uuidV5 } from '@sluice/kernel';
import type { InquiryWithEffects, ReadModel } from './read-model.ts';

/** How somebody outside calls an inquiry: by our id, or by what its source calls the event. */
export interface InquiryName {
  /** Sources that may have taken it in. */
  readonly sources: readonly string[];
  /** Our id, or ids of the source's events, the likeliest first. */
  readonly ids: readonly string[];
}

/** Finds an inquiry by a name from outside; null when none is known by it. */
export type FindInquiry = (name: InquiryName) => Promise<InquiryWithEffects | null>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

/** Ids are made of brand, source and event, so that they can be told without a search: all that it may have are asked for at once. */
export const createFindInquiry =
  (model: Pick<ReadModel, 'firstOf'>, brand: string): FindInquiry =>
  ({ sources, ids }) =>
    model.firstOf([
      ...ids.filter((id) => UUID.test(id)),
      ...[...new Set(sources)].flatMap((source) => ids.map((id) => uuidV5(brand, source, id))),
    ]);
