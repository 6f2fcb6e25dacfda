import { z } from 'zod';

/** A piece of an OpenAPI document. */
export type OpenApiPart = Readonly<Record<string, unknown>>;

/** What a schema takes, as OpenAPI 3.0 says it. */
export const schemaOf = (schema: z.ZodType): OpenApiPart =>
  z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', unrepresentable: 'any' }) as OpenApiPart;
