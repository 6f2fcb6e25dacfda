export { decideCase, seenIn, type CaseDecision } from './decide-case.ts';
