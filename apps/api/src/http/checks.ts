import { Problem, type ParameterFault, type ProblemFault } from '@sluice/service';
import type { z } from 'zod';

/** Of what somebody else chose, as much as is told back: characters of a name, and faults at a time. */
const [LONGEST_NAME, MOST_FAULTS] = [100, 50];

type Issue = z.core.$ZodIssue;

/** An unknown parameter is told under its own name. */
const parameterFaults = (issue: Issue, place: ParameterFault['in']): readonly ParameterFault[] => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) => ({
      parameter: name.slice(0, LONGEST_NAME),
      in: place,
      detail: 'is no parameter of this path',
    }));
  return [{ parameter: issue.path.map(String).join('.'), in: place, detail: issue.message }];
};

/** A parameter of a request that does not fit. */
export const badParameters = (errors: readonly ParameterFault[]): Problem =>
  new Problem({
    status: 400,
    title: 'Bad request',
    detail: `${errors.map(({ parameter, detail }) => `${parameter} ${detail}`).join('; ')}.`.slice(0, 1_000),
    errors,
  });

/** The parameters of a path or a query, as their schema reads them. @throws Problem 400 naming each that does not fit, and what to send. */
export const parameters = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: ParameterFault['in'] = 'query',
): z.output<Schema> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badParameters(parsed.error.issues.flatMap((issue) => parameterFaults(issue, place)).slice(0, MOST_FAULTS));
};

const unprocessable = (errors: readonly ProblemFault[]): Problem =>
  new Problem({
    status: 422,
    title: 'Unprocessable request',
    detail: 'Some fields do not fit; each is named with its place.',
    errors,
  });

/** Something of a body that does not fit. */
export const badField = (pointer: string, detail: string): Problem => unprocessable([{ pointer, detail }]);

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** Deeper than anything that is meant; what reads a value level by level must come to its end. */
const MOST_LEVELS = 64;

const textFault = (text: string, pointer: string): ProblemFault | null =>
  text.isWellFormed() && !text.includes('\u0000')
    ? null
    : { pointer, detail: 'holds a NUL or half a surrogate pair, which no text may hold: leave it out' };

/** What no schema says: a text that neither a database nor the log takes, and levels without end. */
const faultWithin = (value: unknown, pointer = '', level = 0): ProblemFault | null => {
  if (typeof value === 'string') return textFault(value, pointer);
  if (typeof value !== 'object' || value === null) return null;
  if (level > MOST_LEVELS) return { pointer, detail: `is nested more than ${MOST_LEVELS} levels deep` };
  for (const [key, inner] of Object.entries(value)) {
    const fault = textFault(key, pointer) ?? faultWithin(inner, `${pointer}/${escaped(key)}`, level + 1);
    if (fault) return fault;
  }
  return null;
};

/** A body as its schema reads it. @throws Problem 422 naming each fault with its place. */
export const body = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const fault = faultWithin(value);
  if (fault) throw unprocessable([fault]);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unprocessable(
    parsed.error.issues
      .slice(0, MOST_FAULTS)
      .map(({ path, message }) => ({ pointer: `/${path.map(String).join('/')}`, detail: message })),
  );
};

export const notFound = (what: string): Problem =>
  new Problem({ status: 404, title: 'Not found', detail: `There is no such ${what}, or it has not got here yet.` });

/** What was there, and was deleted since it was old. */
export const gone = (detail: string): Problem => new Problem({ status: 410, title: 'Gone', detail });
