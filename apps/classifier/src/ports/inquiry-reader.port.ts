import type { InquiryEnriched } from '@sluice/contracts';
import type { Playbook } from '@sluice/policy';

/** What reading took: zeros when nobody was asked or the answer was kept from before. */
export interface ReadingUsage {
  readonly model: string;
  /** Null when there was no prompt, because there is no model. */
  readonly promptHash: string | null;
  readonly cached: boolean;
  readonly repaired: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

export type FieldValue = string | number | boolean | null | readonly string[];

/** What the text says, by field of the playbook's extraction schema. A wrong answer and an absent model are facts, not exceptions. */
export type InquiryReading =
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'understood'; readonly fields: Readonly<Record<string, FieldValue>>; readonly usage: ReadingUsage }
  | { readonly kind: 'unreadable'; readonly because: string; readonly usage: ReadingUsage }
  | { readonly kind: 'unavailable'; readonly because: string; readonly usage: ReadingUsage };

export interface InquiryReader {
  /** Asked at most once per delivery of an inquiry, only when rules have not settled it. Never throws for an unwell model. */
  read(inquiry: InquiryEnriched, playbook: Playbook, signal: AbortSignal): Promise<InquiryReading>;
}
