export { createIntake, type Intake, type IntakeOptions } from './http/accept-inquiry.ts';
export { normalizeInquiry } from './stages/normalize-inquiry.stage.ts';
