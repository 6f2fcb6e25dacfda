import type { MailHeaders } from '@sluice/contracts';

export interface ReadAttachment {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly filename: string | null;
}

/** What a raw mail holds, of whatever length. */
export interface ReadMail {
  /** Whom an answer goes to. */
  readonly contact: { readonly email: string | null; readonly name: string | null };
  readonly subject: string | null;
  /** The body as plain text, with quotes and signatures. */
  readonly text: string;
  readonly headers: MailHeaders;
  readonly attachments: readonly ReadAttachment[];
}

/** Reads the bytes of a mail. Called once per mail, when it is accepted; again by the stage for one that could not be read then. Never throws. */
export interface MailReader {
  /** Null when the bytes are no mail that can be read. */
  read(bytes: Buffer): Promise<ReadMail | null>;
}
