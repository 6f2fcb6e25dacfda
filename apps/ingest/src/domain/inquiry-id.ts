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

/** What came without an id. */
export interface SourceContent {
  readonly brand: string;
  readonly source: string;
  readonly fingerprint: string;
}

/** Names the same content of a source, whenever it comes. */
export const contentId = ({ brand, source, fingerprint }: SourceContent): string =>
  uuidV5(brand, source, 'content', fingerprint);

/**
 * The id of an inquiry that came without one: its content, within the window that began when it came first. A sender that tries again
 * gets the same; who says the same after the window is another inquiry.
 */
export const contentInquiryId = (content: SourceContent, windowBegan: string): InquiryId =>
  uuidV5(contentId(content), windowBegan) as InquiryId;

/** When the window began, by the clock alone: what falls to both sides of its edge the stage tells. */
export const windowByTheClock = (receivedAt: string, minutes: number): string => {
  const ms = minutes * MINUTE_MS;
  return new Date(Math.floor(Date.parse(receivedAt) / ms) * ms).toISOString();
};

/** An id that is longer than an event carries, by its hash: the same id is the same still. */
export const boundedId = (id: string): string => (id.length <= bounds.id ? id : `sha256-${contentHash(id)}`);
