import { schemaOf, type OpenApiPart } from '@sluice/service';
import type { z } from 'zod';

const parametersOf =
  (place: 'query' | 'path' | 'header') =>
  (schema: z.ZodType): readonly OpenApiPart[] => {
    const { properties = {}, required = [] } = schemaOf(schema) as {
      readonly properties?: Readonly<Record<string, OpenApiPart>>;
      readonly required?: readonly string[];
    };
    return Object.entries(properties).map(([name, of]) => ({
      name,
      in: place,
      required: required.includes(name),
      schema: of,
    }));
  };

/** The parameters that a schema checks. */
export const queryOf = parametersOf('query');
export const pathOf = parametersOf('path');
export const headersOf = parametersOf('header');

export const inHeader = (
  name: string,
  { required, description }: { readonly required: boolean; readonly description: string },
): OpenApiPart => ({ name, in: 'header', required, description, schema: { type: 'string' } });

const SECURED: Record<string, string[]>[] = [{ key: [] }];
const answers = {
  200: { description: 'Found' },
  400: { description: 'A parameter does not fit; each is named with what to send' },
  401: { description: 'No valid key' },
  403: { description: 'A scope is missing' },
  404: { description: 'Not there' },
  422: { description: 'Fields of the body do not fit; each is named with its place' },
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

export const get = (
  summary: string,
  scope: string,
  { parameters = [], responses = {} }: Pick<Operation, 'parameters' | 'responses'> = {},
): OpenApiPart => ({ get: operation({ summary, description: `Scope ${scope}`, parameters, responses }) });
