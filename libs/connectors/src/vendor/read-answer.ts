import type { z } from 'zod';
import { failed } from './failure.ts';
import type { VendorAnswer } from './vendor-api.ts';

/** An answer of another shape did not come from the vendor. @throws VendorError */
export const readAnswer = <Of>(schema: z.ZodType<Of>, { body }: VendorAnswer): Of => {
  const found = schema.safeParse(body);
  if (!found.success) throw failed('ambiguous', 'malformed-answer');
  return found.data;
};
