import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Company } from '../domain/company.ts';
import { companyRecord } from './company-record.ts';

const readJson = <Value>(path: string, schema: z.ZodType<Value>): Value => {
  const parsed = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`reading ${path}: ${z.prettifyError(parsed.error)}`);
};

/** @throws Error naming the file and every entry that does not fit. */
export const readCompanies = (path: string): readonly Company[] => readJson(path, z.array(companyRecord));

/** @throws Error naming the file and every entry that does not fit. */
export const readWebsiteTexts = (path: string): Readonly<Record<string, string>> =>
  readJson(path, z.record(z.string(), z.string()));
