export { aRawInquiry } from './raw-inquiry.ts';
export { anEnrichedInquiry } from './enriched-inquiry.ts';
