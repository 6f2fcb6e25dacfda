import { schemaOf, type OpenApiPart } from '@sluice/service';
import type { z } from 'zod';

export const queryOf = (schema: z.ZodType): readonly OpenApiPart[] =>
  Object.entries((schemaOf(schema)['properties'] ?? {}) as Readonly<Record<string, OpenApiPart>>).map(([name, of]) => ({
    name,
    in: 'query',
    required: false,
    schema: of,
  }));

export const inPath = (name: string, schema: OpenApiPart = { type: 'string' }): OpenApiPart => ({
  name,
  in: 'path',
  required: true,
  schema,
});
export const inHeader = (
  name: string,
  { required, description }: { readonly required: boolean; readonly description: string },
): OpenApiPart => ({ name, in: 'header', required, description, schema: { type: 'string' } });

const SECURED: Record<string, string[]>[] = [{ key: [] }];
const answers = {
  200: { description: 'Found' },
  401: { description: 'No valid key' },
  403: { description: 'A scope is missing' },
  404: { description: 'Not there' },
  422: { description: 'Parameters do not fit' },
};

interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly OpenApiPart[];
  readonly body?: z.ZodType;
  readonly responses?: OpenApiPart;
}

/** An operation that is asked for with a key. */
export const operation = ({ summary, description, parameters = [], body, responses = {} }: Operation): OpenApiPart => ({
  summary,
  description,
  parameters,
  security: SECURED,
  responses: { ...answers, ...responses },
  ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } } } : {}),
});

/** Where a playbook has to be read to answer. */
export const notReadable = {
  409: { description: 'The playbook was written for another build, and has mistakes for this one' },
};

export const get = (summary: string, scope: string, parameters: readonly OpenApiPart[] = []): OpenApiPart => ({
  get: operation({ summary, description: `Scope ${scope}`, parameters }),
});
