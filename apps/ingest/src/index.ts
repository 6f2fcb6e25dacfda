export { normalizeInquiry } from './stages/normalize-inquiry.stage.ts';
