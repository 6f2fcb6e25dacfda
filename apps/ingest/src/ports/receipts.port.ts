/** What intake remembers of what it acknowledged. Only a hint for the sender: normalize-inquiry decides what is a repeat. */
export interface Receipts {
  has(inquiryId: string): Promise<boolean>;
  add(inquiryId: string): Promise<void>;
}

export type KeyedAnswer =
  | { readonly kind: 'new' }
  | { readonly kind: 'in-progress' }
  | { readonly kind: 'answered'; readonly body: unknown }
  | { readonly kind: 'other-body' };

/** `Idempotency-Key`: the first request with a key is done, every later one gets its answer. Kept for 24 hours. */
export interface IdempotencyKeys {
  begin(key: string, fingerprint: string): Promise<KeyedAnswer>;
  finish(key: string, body: unknown): Promise<void>;
  /** The request failed: the key may be used again. */
  release(key: string): Promise<void>;
}
