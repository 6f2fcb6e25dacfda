import { bounds } from '@sluice/contracts';
import { contentHash, uuidV5, type InquiryId } from '@sluice/kernel';

const MINUTE_MS = 60_000;

/** Which event of which source. */
export interface SourceEvent {
  readonly brand: string;
  readonly source: string;
  readonly ownId: string;
}

/** The id of an event that its sender has an id for: the API finds it by that id again. */
export const plainInquiryId = ({ brand, source, ownId }: SourceEvent): InquiryId =>
  uuidV5(brand, source, ownId) as InquiryId;

/** The id of another inquiry under an id that its sender has used already. */
export const otherInquiryId = ({ brand, source, ownId }: SourceEvent, fingerprint: string): InquiryId =>
  uuidV5(brand, source, ownId, fingerprint) as InquiryId;

export interface ContentOfASource {
  readonly brand: string;
  readonly source: string;
  readonly fingerprint: string;
  readonly receivedAt: string;
  /** 0: the same content is never a repeat. */
  readonly windowMinutes: number;
  /** Tells it from all others where nothing else may. */
  readonly nonce: string;
}

/**
 * The id of an inquiry that came without one: its content, within one dedupe window. A sender that tries again soon gets the same;
 * who says the same again after the window is another inquiry. What falls to both sides of a window's edge, the stage tells.
 */
export const contentInquiryId = ({ brand, source, fingerprint, receivedAt, ...of }: ContentOfASource): InquiryId => {
  const window = of.windowMinutes > 0 ? Math.floor(Date.parse(receivedAt) / (of.windowMinutes * MINUTE_MS)) : of.nonce;
  return uuidV5(brand, source, 'content', fingerprint, String(window)) as InquiryId;
};

/** An id that is longer than an event carries, by its hash: the same id is the same still. */
export const boundedId = (id: string): string => (id.length <= bounds.id ? id : `sha256-${contentHash(id)}`);
