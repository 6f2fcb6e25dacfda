import { contentHash } from '@sluice/kernel';
import type { AttemptResult, Connector, Effect, SinkCheck } from '../ports/connector.port.ts';
import { attemptOf, failureOf } from '../vendor/failure.ts';
import { composeMail } from './compose-mail.ts';
import { preparedMail } from './prepare-mail.ts';
import { greet, readSmtpUrl, sendBySmtp } from './send-by-smtp.ts';
import { smtpResultOf } from './smtp-failure.ts';

export interface SmtpOptions {
  /** `smtp://user:password@host:587` (TLS by STARTTLS) or `smtps://…` (TLS from the first byte). */
  readonly url: string;
  /** `Acme <hello@acme.example>`: whom mails come from where the playbook does not say. */
  readonly from: string;
  /** Where mails of the sandbox go, whoever they are for; null: they are refused. */
  readonly sandbox: string | null;
  /** Milliseconds one mail may take; default 10,000. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/**
 * Sends answers by SMTP. A server that has the whole message and does not answer can't be asked, and does not know a repeat: such a
 * mail is held for a person, and never sent twice.
 */
export const createSmtpConnector = ({ url, from, sandbox, timeoutMs = TIMEOUT_MS }: SmtpOptions): Connector => {
  const server = readSmtpUrl(url);

  const perform = async (effect: Effect): Promise<AttemptResult> => {
    const mail = await composeMail(effect, preparedMail(effect, { from, sandbox }));
    const outcome = await sendBySmtp(server, mail, timeoutMs);
    if (outcome.kind === 'failed') return smtpResultOf(outcome);
    // The server's words may name the recipient: kept as a hash.
    return { kind: 'confirmed', providerId: mail.messageId, responseDigest: contentHash(outcome.response) };
  };

  const check = async (): Promise<SinkCheck> => {
    try {
      await greet(server, timeoutMs);
      return { kind: 'checked', faults: [] };
    } catch (error) {
      const result = smtpResultOf({ error, bodyBegan: false });
      return result.kind === 'misconfigured'
        ? {
            kind: 'checked',
            faults: [
              {
                target: null,
                reason: result.reason,
                mend: 'the mail server refuses user and password: set others in SLUICE_SMTP_URL',
              },
            ],
          }
        : { kind: 'cannot-tell', reason: 'reason' in result ? result.reason : 'not-sent' };
    }
  };

  return {
    kind: 'mail.reply',
    onUnknown: 'hold',
    timeoutMs,
    check,
    perform: (effect) => perform(effect).catch((error: unknown) => attemptOf(failureOf(error))),
    ask: async () => ({ kind: 'cannot-tell', reason: 'not-askable', afterMs: null }),
    // Each mail has a connection of its own.
    close: async () => undefined,
  };
};
