export { aRawInquiry } from './raw-inquiry.ts';
