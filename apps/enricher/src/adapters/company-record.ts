import { z } from 'zod';
import type { Company } from '../domain/company.ts';

/** A company as tables and providers describe it. Facts that are left out are unknown, not wrong. */
export const companyRecord: z.ZodType<Company> = z.object({
  domain: z
    .string()
    .min(1)
    .transform((domain) => domain.toLowerCase()),
  name: z.string().nullable().default(null),
  employees: z.int().nonnegative().nullable().default(null),
  industry: z.string().nullable().default(null),
  country: z
    .string()
    .length(2)
    .transform((country) => country.toUpperCase())
    .nullable()
    .default(null),
});
