export { inquiryOfCase, playbookOfCase } from './case-inquiry.ts';
export { caseSchema, casesOf, type Case } from './case.ts';
export { readCases, type ReadCases } from './read-cases.ts';
