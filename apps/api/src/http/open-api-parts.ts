import { z } from 'zod';

export type Json = Readonly<Record<string, unknown>>;

/** What a schema takes, as OpenAPI 3.0 says it. */
export const schemaOf = (schema: z.ZodType): Json => z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', unrepresentable: 'any' }) as Json;

export const queryOf = (schema: z.ZodType): readonly Json[] =>
  Object.entries((schemaOf(schema)['properties'] ?? {}) as Readonly<Record<string, Json>>).map(([name, of]) => ({ name, in: 'query', required: false, schema: of }));

export const inPath = (name: string, schema: Json = { type: 'string' }): Json => ({ name, in: 'path', required: true, schema });
export const inHeader = (name: string, { required, description }: { readonly required: boolean; readonly description: string }): Json => ({ name, in: 'header', required, description, schema: { type: 'string' } });

const SECURED: Record<string, string[]>[] = [{ key: [] }];
const answers = { 200: { description: 'Found' }, 401: { description: 'No valid key' }, 403: { description: 'A scope is missing' }, 404: { description: 'Not there' }, 422: { description: 'Parameters do not fit' } };

interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly Json[];
  readonly body?: z.ZodType;
  readonly responses?: Json;
}

/** An operation that is asked for with a key. */
export const operation = ({ summary, description, parameters = [], body, responses = {} }: Operation): Json => ({
  summary, description, parameters, security: SECURED, responses: { ...answers, ...responses },
  ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } } } : {}),
});

export const get = (summary: string, scope: string, parameters: readonly Json[] = []): Json => ({ get: operation({ summary, description: `Scope ${scope}`, parameters }) });
