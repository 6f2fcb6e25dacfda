export { inquiryOfCase, playbookOfCase } from './case-inquiry.ts';
export { casesOf, type Case } from './case.ts';
export { readCases, type ReadCases } from './read-cases.ts';
