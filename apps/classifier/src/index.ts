export { answerSchema } from './adapters/answer-schema.ts';
export { scoreInquiry } from './stages/score-inquiry.stage.ts';
