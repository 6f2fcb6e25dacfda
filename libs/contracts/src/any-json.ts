import { z } from 'zod';

export type Json = z.output<ReturnType<typeof z.json>>;

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

const isJson = (value: unknown): boolean => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  return Array.isArray(value) ? value.every(isJson) : isPlain(value) && Object.values(value).every(isJson);
};

/** How a contract holds something of no fixed shape: to be published it has to be written out as a schema. */
export const publishedJson = (): z.ZodType<Json> => z.json();

/** Accepts what `publishedJson` accepts, by looking at it: a union of six, tried at every value, costs twenty times as much. */
export const readJson = (): z.ZodType<Json> => z.custom<Json>(isJson, 'is no JSON');
