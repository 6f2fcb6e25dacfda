import { Problem } from '@sluice/service';
import type { z } from 'zod';

export const READ_MODEL = Symbol('READ_MODEL');
export const DEAD_LETTERS = Symbol('DEAD_LETTERS');
export const AUTHORIZE = Symbol('AUTHORIZE');

/** What the schema makes of a value. @throws Problem 422 naming each fault with its place. */
export const check = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({
    pointer: `/${path.map(String).join('/')}`,
    detail: message,
  }));
  throw new Problem({
    status: 422,
    title: 'Unprocessable request',
    detail: 'Some parameters do not fit; each is named with its place.',
    errors,
  });
};

export const notFound = (what: string): Problem =>
  new Problem({ status: 404, title: 'Not found', detail: `There is no such ${what}, or it has not got here yet.` });
