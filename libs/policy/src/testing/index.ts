export { aDocument } from './a-document.ts';
export { decideCase, seenIn, type CaseDecision } from './decide-case.ts';
