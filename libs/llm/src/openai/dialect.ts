import type { ChatRequest } from '../ports/chat-server.port.ts';

/** What one model behind one server is known to accept. Starts with the most exact and gives way as the server refuses. */
export interface Dialect {
  readonly format: 'json_schema' | 'json_object' | 'text';
  readonly tokenLimit: 'max_tokens' | 'max_completion_tokens';
  readonly temperature: 'sent' | 'left-out';
}

export const FIRST_DIALECT: Dialect = { format: 'json_schema', tokenLimit: 'max_tokens', temperature: 'sent' };

const LOOSER: Readonly<Record<Dialect['format'], Dialect['format'] | null>> = {
  json_schema: 'json_object',
  json_object: 'text',
  text: null,
};

/** The dialect to try after a server refused a request with this text; null when the refusal is about something else. */
export const adapt = (dialect: Dialect, refusal: string): Dialect | null => {
  if (/max_tokens|max_completion_tokens/i.test(refusal) && dialect.tokenLimit === 'max_tokens') {
    return { ...dialect, tokenLimit: 'max_completion_tokens' };
  }
  if (/temperature/i.test(refusal) && dialect.temperature === 'sent') return { ...dialect, temperature: 'left-out' };
  const looser = LOOSER[dialect.format];
  return looser !== null && /response_format|json_schema|json_object|structured|schema/i.test(refusal)
    ? { ...dialect, format: looser }
    : null;
};

const formatOf = ({ format }: Dialect, { schemaName, jsonSchema }: ChatRequest) => {
  if (format === 'text') return {};
  if (format === 'json_object') return { response_format: { type: 'json_object' as const } };
  return {
    response_format: {
      type: 'json_schema' as const,
      json_schema: { name: schemaName, strict: true, schema: jsonSchema },
    },
  };
};

/** Where the server can't be told the schema, the prompt says it. */
const schemaInWords = (request: ChatRequest): string =>
  `Answer with one JSON object that fits this JSON Schema, and with nothing else:\n${JSON.stringify(request.jsonSchema)}`;

export const bodyOf = (request: ChatRequest, dialect: Dialect) => ({
  model: request.model,
  messages:
    dialect.format === 'json_schema'
      ? [...request.messages]
      : [
          ...request.messages.slice(0, 1),
          { role: 'system' as const, content: schemaInWords(request) },
          ...request.messages.slice(1),
        ],
  [dialect.tokenLimit]: request.maxOutputTokens,
  ...(dialect.temperature === 'sent' ? { temperature: request.temperature } : {}),
  ...formatOf(dialect, request),
});
