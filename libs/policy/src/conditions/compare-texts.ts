import { EvaluationError, type ASTNode, type Environment } from '@marcbachmann/cel-js';
import { readNumber, readTruth } from './read-number.ts';

/** A text that is compared with a number and says none. Names no value. */
export const NO_NUMBER = 'no_number';
export const NO_TRUTH = 'no_truth';

const noNumber = (node?: ASTNode): EvaluationError =>
  new EvaluationError({ code: NO_NUMBER, message: 'the text says no number', ...(node && { node }) });

const numberOf = (value: unknown, node?: ASTNode): number => {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  const number = typeof value === 'string' ? readNumber(value) : null;
  if (number === null) throw noNumber(node);
  return number;
};

/** `amount(metadata.seats)`: a number, also where it was sent as text. */
export const amountOf = (value: unknown): number => numberOf(value);

/** The evaluator hands over the node too, which its types do not tell. */
type Compare = (left: unknown, right: unknown, node?: ASTNode) => boolean;

const ORDER: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

const ordered =
  (compare: (left: number, right: number) => boolean): Compare =>
  (left, right, node) =>
    compare(numberOf(left, node), numberOf(right, node));

/** True where the condition itself says this text: then it is a word that is looked for, and not a number that was sent. */
const isWritten = (text: string, node: ASTNode | undefined): boolean =>
  Array.isArray(node?.args) &&
  (node.args as readonly ASTNode[]).some((one) => one?.op === 'value' && one.args === text);

const equalsNumber: Compare = (left, right, node) => {
  const [text, number] = typeof left === 'string' ? [left, right] : [String(right), left];
  const read = readNumber(text);
  if (read === null && !isWritten(text, node)) throw noNumber(node);
  return read === Number(number);
};

const equalsTruth: Compare = (left, right, node) => {
  const [text, truth] = typeof left === 'boolean' ? [String(right), left] : [String(left), right];
  const read = readTruth(text);
  if (read === null && !isWritten(text, node))
    throw new EvaluationError({ code: NO_TRUTH, message: 'says neither yes nor no', ...(node && { node }) });
  return read === truth;
};

const isIn: Compare = (value, list, node) => {
  const number = numberOf(value, node);
  return [...(list as Iterable<unknown>)].some(
    (one) => (typeof one === 'string' ? readNumber(one) : Number(one)) === number,
  );
};

/**
 * Lets an environment compare what forms send as text with numbers, and with true and false. It is added to the operators by type:
 * numbers are compared with numbers, and texts with texts, as ever.
 */
export const comparingTexts = (environment: Environment): Environment => {
  for (const number of ['int', 'double']) {
    for (const [operator, compare] of Object.entries(ORDER)) {
      environment.registerOperator(`string ${operator} ${number}`, ordered(compare));
      environment.registerOperator(`${number} ${operator} string`, ordered(compare));
    }
    environment.registerOperator(`string == ${number}`, equalsNumber);
    environment.registerOperator(`dyn<string> in list<${number}>`, isIn);
  }
  environment.registerOperator('dyn<double> in list<string>', isIn);
  environment.registerOperator('string == bool', equalsTruth);
  environment.registerOperator('double == bool', equalsTruth);
  return environment;
};
