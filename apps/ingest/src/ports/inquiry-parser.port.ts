import type { InquiryRaw } from '@sluice/contracts';

/** What automatic mail says of itself, by header. Values are words of the standards, never addresses. */
export interface MailSigns {
  readonly autoSubmitted: string | null;
  readonly precedence: string | null;
  readonly suppressesResponses: boolean;
  readonly nullReturnPath: boolean;
  readonly isReport: boolean;
  readonly listHeaders: readonly string[];
  readonly autoReplySubject: boolean;
}

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
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  readonly signs: MailSigns | null;
}

export interface UnreadableInquiry {
  readonly kind: 'unreadable';
  /** Of a bounded set: it becomes the dead letter's name. */
  readonly reason: 'blob-missing' | 'mime-broken' | 'nothing-said' | 'mail-not-here';
  readonly detail: string;
}

/** Turns an inquiry's bytes into what it says. Called once or twice per inquiry. @throws TransientError while the blob store is away. */
export interface InquiryParser {
  parse(
    raw: InquiryRaw,
    options: { readonly defaultRegion: string; readonly languageMinCharacters: number },
  ): Promise<ParsedInquiry | UnreadableInquiry>;
}
