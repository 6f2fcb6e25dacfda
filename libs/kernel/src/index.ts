export { assertNever } from './assert-never.ts';
export type { Branded, ContactId, ConversationId, DecisionId, EffectId, InquiryId, PlaybookHash } from './branded.ts';
export { canonicalJson, contentHash, lasting } from './canonical-json.ts';
export { systemClock, type Clock } from './clock.ts';
export { failPointNames, noFailPoints, type FailPoint, type FailPoints } from './fail-points.ts';
export { Slots } from './slots.ts';
export { TransientError } from './transient-error.ts';
export { uuidV5 } from './uuid-v5.ts';
