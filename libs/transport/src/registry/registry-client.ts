import confluent from '@kafkajs/confluent-schema-registry';

/** The HTTP status that an error of the library carries; null when there was no answer. */
export const statusOf = (error: unknown): number | null =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : null;

/** Our schemas are made from zod, which checks formats itself; unknown keywords of a foreign schema are no fault of a record. */
const JSON_OPTIONS = { strict: false, validateFormats: false, allErrors: false } as const;

/** `url` is the base of the registry's Confluent API. */
export const createRegistry = (url: string): confluent.SchemaRegistry =>
  new confluent.SchemaRegistry(
    { host: url, retry: { retries: 1, initialRetryTimeInSecs: 0.1 } },
    { [confluent.SchemaType.JSON]: JSON_OPTIONS },
  );
