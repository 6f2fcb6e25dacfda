import type { FastifyRequest } from 'fastify';

/** Slack takes its arguments as a form, whose complex values are JSON, or as JSON. */
export type SlackArguments = Readonly<Record<string, unknown>>;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};

export const argumentsOf = ({ body, query }: FastifyRequest): SlackArguments => ({
  ...(query as object),
  ...(body as object | null),
});

export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

export const jsonOf = (value: unknown): unknown => (typeof value === 'string' ? parsed(value) : (value ?? null));

export const flagOf = (value: unknown): boolean => value === true || value === 'true' || value === '1';

/** Within Slack's bounds, or the method's default. */
export const limitOf = (value: unknown, byDefault: number): number => {
  const limit = Number(textOf(value));
  return Number.isInteger(limit) && limit > 0 ? Math.min(limit, 999) : byDefault;
};
