import { Secret } from '@sluice/kernel';
import { z } from 'zod';

export const secret = (description: string) =>
  z
    .string()
    .min(1)
    .describe(description)
    .transform((value) => new Secret(value));
