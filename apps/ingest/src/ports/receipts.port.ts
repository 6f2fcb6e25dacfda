export interface ReceiptClaim {
  /** The plain id of an event: made of brand, source and the sender's own id. */
  readonly inquiryId: string;
  /** Of what was sent; null: only the id came, and whatever comes under it first is what it stands for. */
  readonly fingerprint: string | null;
  /** How long the receipt is kept. */
  readonly days: number;
}

export interface ContentWindow {
  /** Made of brand, source and fingerprint. */
  readonly contentId: string;
  /** RFC 3339, UTC. */
  readonly receivedAt: string;
  /** Greater than 0. */
  readonly minutes: number;
}

/**
 * `new`: nothing was acknowledged under this id. `acknowledged`: the same was. `other`: something else was or is about to be, and
 * this is another inquiry.
 */
export type ReceiptState = 'new' | 'acknowledged' | 'other';

/** What intake remembers of what it acknowledged: which content an id stands for, and a hint for its sender. normalize-inquiry decides what is a repeat. */
export interface Receipts {
  /** The first content that claims an id has it from then on. @throws TransientError */
  claim(claim: ReceiptClaim): Promise<ReceiptState>;
  /** When the window began in which this content came first: `receivedAt`, where none is open then. @throws TransientError */
  openWindow(window: ContentWindow): Promise<string>;
  /** The broker has it. @throws TransientError */
  acknowledge(inquiryId: string): Promise<void>;
}

export type KeyedAnswer =
  | { readonly kind: 'new' }
  | { readonly kind: 'in-progress' }
  | { readonly kind: 'answered'; readonly body: unknown }
  | { readonly kind: 'other-body' };

/** `Idempotency-Key`: the first request with a key is done, every later one gets its answer. Kept for 24 hours. @throws TransientError each of them */
export interface IdempotencyKeys {
  begin(key: string, fingerprint: string): Promise<KeyedAnswer>;
  finish(key: string, body: unknown): Promise<void>;
  /** The request failed: the key may be used again. */
  release(key: string): Promise<void>;
}
