/** The world is briefly unwell: the same call may succeed later. The only error the runner retries. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  /** How long the other side asked us to wait, in milliseconds; undefined when it did not say. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}
