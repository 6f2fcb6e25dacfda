/** The group no longer knows us as we were when we fetched: what we hold is another's now. */
const FENCED = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID']);

interface ErrorLike {
  readonly type?: unknown;
  readonly cause?: unknown;
  readonly originalError?: unknown;
}

/** The broker's error name, looked for through kafkajs's wrappers; null when the broker did not answer. */
export const brokerErrorOf = (error: unknown): string | null => {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; depth += 1) {
    const { type, cause, originalError }: ErrorLike = at;
    if (typeof type === 'string') return type;
    at = cause ?? originalError;
  }
  return null;
};

export const isFenced = (error: unknown): boolean => FENCED.has(brokerErrorOf(error) ?? '');
