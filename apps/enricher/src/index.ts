export { enricherSchema } from './migrations.ts';
export { enrichInquiry } from './stages/enrich-inquiry.stage.ts';
