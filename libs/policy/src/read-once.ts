import { lasting } from '@sluice/kernel';
import { z } from 'zod';

/** More promises than all playbooks in use make together. */
const MOST_KNOWN = 1_000;

/**
 * Reads what stands in thousands of places with the same words, each time as the same object, which nobody can change. Every
 * conversation holds the terms of its promises, calendars and all: checking them again at each of its signals cost more than
 * everything else its clocks do.
 */
export const readOnce = <Value extends object>(schema: z.ZodType<Value>): z.ZodType<Value> => {
  const known = new Map<string, Value>();
  const own = new WeakSet<object>();

  const read = (input: unknown, { addIssue }: Pick<z.core.$RefinementCtx, 'addIssue'>): Value => {
    if (typeof input === 'object' && input !== null && own.has(input)) return input as Value;
    const says = JSON.stringify(input) ?? '';
    const found = known.get(says);
    if (found) return found;
    const parsed = schema.safeParse(input);
    if (!parsed.success) {
      for (const { path, message } of parsed.error.issues) addIssue({ code: 'custom', path, message, input });
      return z.NEVER;
    }
    if (known.size >= MOST_KNOWN) known.clear();
    const value = lasting(parsed.data);
    own.add(value);
    known.set(says, value);
    return value;
  };

  return z.unknown().transform(read);
};
