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
const ABOUT_US: ReadonlySet<string> = new Set(['EAUTH', 'ENOAUTH']);
const PERMANENT = 500;

interface Reply {
  /** nodemailer's own word for what went wrong. */
  readonly failure: string;
  /** What was said last; `API`: nothing was. */
  readonly command: string;
  /** The server's reply code; 0 where it gave none. */
  readonly code: number;
}

const replyIn = (error: unknown): Reply => {
  const { code, command, responseCode } = (error ?? {}) as Readonly<Record<string, unknown>>;
  return { failure: String(code), command: String(command), code: Number(responseCode ?? 0) };
};

const retry = (reason: string, spendsTry: boolean): AttemptResult => ({
  kind: 'retry',
  reason,
  afterMs: null,
  spendsTry,
});

/** A refusal for good, by the command that was refused. */
const refusedAt = ({ command, code }: Reply): AttemptResult => {
  if (command === 'RCPT TO') return { kind: 'refuted', reason: 'recipient-refused' };
  // We are not allowed to write as this sender: a person mends that, and what waits goes out.
  if (command === 'MAIL FROM') return { kind: 'misconfigured', reason: `sender-refused-${code}` };
  return { kind: 'refuted', reason: 'message-refused' };
};

const answered = (reply: Reply): AttemptResult =>
  reply.code >= PERMANENT ? refusedAt(reply) : retry(`smtp-${reply.code}`, !BUSY.has(reply.code));

/** Nothing of the message has left: nothing was applied. */
const beforeBody = (reply: Reply): AttemptResult => {
  const { failure, command, code } = reply;
  if (ABOUT_US.has(failure) || CREDENTIALS.has(code))
    return { kind: 'misconfigured', reason: code === 0 ? 'no-credentials' : `smtp-${code}` };
  if (code > 0) return answered(reply);
  // Found by the library before anything was said: an address that is none.
  if (command === 'API' && failure === 'EENVELOPE') return { kind: 'refuted', reason: 'recipient-refused' };
  return retry('not-sent', false);
};

/** What a failure says about the mail. Once the message has begun, only the server's own answer to it makes anything certain. */
export const smtpResultOf = ({ error, bodyBegan }: SmtpFailure): AttemptResult => {
  const reply = replyIn(error);
  if (!bodyBegan) return beforeBody(reply);
  if (reply.command === 'DATA' && reply.code > 0) return answered(reply);
  return { kind: 'unknown', reason: reply.failure === 'ETIMEDOUT' ? 'timeout' : 'broken' };
};
