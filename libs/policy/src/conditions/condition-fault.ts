import { EvaluationError } from '@marcbachmann/cel-js';
import { truncate } from '@sluice/kernel';
import { NO_NUMBER, NO_TRUTH } from './compare-texts.ts';

const LONGEST = 200;

/** By the code of the CEL evaluator's error. Its own messages are not shown: some of them hold the value. */
const REASONS: Readonly<Record<string, string>> = {
  no_such_key: 'is not there',
  unknown_variable: 'is not there',
  no_such_overload: 'compares or joins what does not go together',
  no_matching_overload: 'is given what it does not take',
  invalid_logical_operand: 'is neither true nor false',
  invalid_condition_type: 'is neither true nor false',
  [NO_NUMBER]: 'rests on a text that says no number',
  [NO_TRUTH]: 'rests on a text that says neither yes nor no',
};

/** The part of the condition that an error is about, as the playbook has it. */
const partOf = (error: EvaluationError, text: string): string => {
  const { start, end } = error.node ?? {};
  return start === undefined || end === undefined ? text : text.slice(start, end);
};

/** Why a condition can't be evaluated: its part and the reason. Holds words of the playbook only, none of the inquiry. */
export const faultOf = (error: unknown, text: string): string => {
  const [part, code] = error instanceof EvaluationError ? [partOf(error, text), error.code] : [text, ''];
  return truncate(`${part} ${REASONS[code] ?? 'can not be evaluated'}`, LONGEST, '…');
};

const TYPES: Readonly<Record<string, string>> = { string: 'a text', number: 'a number' };

/** A condition that came to something else. */
export const notTrueOrFalse = (value: unknown): string =>
  `gives ${TYPES[typeof value] ?? 'a list or nothing'}, and neither true nor false`;
