import type { AttemptResult } from '../ports/connector.port.ts';

/** How far a conversation with a mail server had come when it ended. */
export interface SmtpFailure {
  readonly error: unknown;
  /** True once a byte of the message may have left: only then can it have been taken. */
  readonly bodyBegan: boolean;
}

/** "Not now": the server works on nothing of ours (RFC 5321: shutting down, mailbox busy, an error of its own, no room). */
const BUSY: ReadonlySet<number> = new Set([421, 450, 451, 452]);
/** Our credentials, or that we have none. */
const CREDENTIALS: ReadonlySet<number> = new Set([530, 534, 535, 538]);
const PERMANENT = 500;

const part = (error: unknown, name: string): unknown =>
  error instanceof Error ? (error as unknown as Readonly<Record<string, unknown>>)[name] : undefined;

const retry = (reason: string, spendsTry: boolean): AttemptResult => ({
  kind: 'retry',
  reason,
  afterMs: null,
  spendsTry,
});

/** A refusal for good, by the command that was refused. */
const refusedAt = (command: unknown, code: number): AttemptResult => {
  if (command === 'RCPT TO') return { kind: 'refuted', reason: 'recipient-refused' };
  // We are not allowed to write as this sender: a person mends that, and what waits goes out.
  if (command === 'MAIL FROM') return { kind: 'misconfigured', reason: `sender-refused-${code}` };
  return { kind: 'refuted', reason: 'message-refused' };
};

/** What a failure says about the mail. After the first byte only the server's own answer makes anything certain. */
export const smtpResultOf = ({ error, bodyBegan }: SmtpFailure): AttemptResult => {
  const code = Number(part(error, 'responseCode') ?? 0);
  const command = part(error, 'command');
  const isAboutUs = part(error, 'code') === 'EAUTH' || part(error, 'code') === 'ENOAUTH' || CREDENTIALS.has(code);
  if (!bodyBegan && isAboutUs) return { kind: 'misconfigured', reason: code === 0 ? 'no-credentials' : `smtp-${code}` };
  if (bodyBegan && command !== 'DATA')
    return { kind: 'unknown', reason: part(error, 'code') === 'ETIMEDOUT' ? 'timeout' : 'broken' };
  if (code >= PERMANENT) return refusedAt(command, code);
  if (code > 0) return retry(`smtp-${code}`, !BUSY.has(code));
  // Found by ourselves before anything was said: an address that is none.
  if (command === 'API' && part(error, 'code') === 'EENVELOPE') return { kind: 'refuted', reason: 'recipient-refused' };
  return retry('not-sent', false);
};
