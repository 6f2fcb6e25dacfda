import type { Cut, InquiryRaw, MailHeaders, MailSigns } from '@sluice/contracts';

export interface Removed {
  readonly kind: 'quote' | 'signature' | 'footer';
  readonly start: number;
  readonly end: number;
}

/** What an inquiry says, in form only: nothing is decided here. */
export interface ParsedInquiry {
  readonly kind: 'parsed';
  readonly contact: InquiryRaw['contact'];
  /** HMAC-SHA256 of the normalised address; null when nobody signed. */
  readonly contactId: string | null;
  readonly subject: string | null;
  readonly text: string;
  readonly removed: readonly Removed[];
  readonly language: { readonly code: string; readonly confidence: number };
  /** Message-IDs, without brackets, lower case. */
  readonly messageId: string | null;
  readonly answerTo?: MailHeaders['answerTo'];
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  readonly signs: MailSigns | null;
  /** Parts that were cut only now, because intake could not read them. */
  readonly cut?: readonly Cut[];
}

export interface UnreadableInquiry {
  readonly kind: 'unreadable';
  /** Of a bounded set: it becomes the dead letter's name. */
  readonly reason: 'blob-missing' | 'mime-broken' | 'nothing-said' | 'mail-not-here';
  readonly detail: string;
}

/** Says what an inquiry says, in the forms that are decided on. Called once or twice per inquiry. @throws TransientError while the blob store is away. */
export interface InquiryParser {
  parse(
    raw: InquiryRaw,
    options: { readonly defaultRegion: string; readonly languageMinCharacters: number },
  ): Promise<ParsedInquiry | UnreadableInquiry>;
}
