export { aRawInquiry } from './raw-inquiry.ts';
export { anEnrichedInquiry } from './enriched-inquiry.ts';
export { goldenEvents } from './golden-events.ts';
export { poisonedEvents, type PoisonedEvent } from './poisoned-events.ts';
