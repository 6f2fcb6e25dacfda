import { z } from 'zod';
import type { EventContract } from './contract.ts';

/**
 * The contract as JSON Schema (draft 7, which every registry reads). Objects are closed, so that an optional field that is
 * added later stays compatible with what was published before.
 */
export const jsonSchemaOf = ({ type, schema }: EventContract<string, unknown>): object => ({
  title: type,
  ...z.toJSONSchema(schema, { target: 'draft-7', reused: 'inline' }),
});
