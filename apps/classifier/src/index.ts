export { scoreInquiry } from './stages/score-inquiry.stage.ts';
