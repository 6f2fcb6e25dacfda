import { matches, type Recognizer } from '../found.ts';
import { digitsOf } from './digit-runs.ts';

/** Grouped 3-2-4. Never issued areas (000) are nobody's; 9xx are taxpayer numbers, which are as personal. */
const grouped = matches('SSN', /(?<![\d-])(?!000)\d{3}([- .])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])/g, digitsOf);
/** Nine digits in a row say nothing by themselves; called by name they do. */
const named = matches(
  'SSN',
  /\b(?:ssn|social security(?: (?:number|no\.?))?|tax(?:payer)? id)(?: is)?[\s:#=]{1,3}(?<value>\d{9})(?!\d)/gi,
  digitsOf,
);

export const findSsns: Recognizer = (text) => [...grouped(text), ...named(text)];
