import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { ComposedMail } from './compose-mail.ts';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; else by STARTTLS, where the server offers it. */
  readonly secure: boolean;
  readonly user: string | null;
  readonly password: string | null;
}

export type SmtpOutcome =
  /** The server's last word: it has taken the mail, and answers for it from now on. */
  | { readonly kind: 'taken'; readonly response: string }
  | { readonly kind: 'failed'; readonly error: unknown; readonly bodyBegan: boolean };

/** `smtp://user:password@host:587`, or `smtps://`. @throws Error without a word of the address */
export const readSmtpUrl = (url: string): SmtpServer => {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  return {
    host: hostname,
    port: Number(port) || (secure ? 465 : 587),
    secure,
    user: username === '' ? null : decodeURIComponent(username),
    password: username === '' ? null : decodeURIComponent(password),
  };
};

/** A connection of its own, logged in; nothing of any mail was said yet. */
const connected = async (server: SmtpServer, timeoutMs: number): Promise<SMTPConnection> => {
  const connection = new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.secure,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
  await new Promise<void>((resolve, reject) => {
    connection.on('error', reject);
    connection.connect((error) => {
      if (error) return reject(error);
      const { user, password } = server;
      if (user === null) return resolve();
      return connection.login({ user, credentials: { user, pass: password ?? '' } }, (refused) =>
        refused ? reject(refused) : resolve(),
      );
    });
  });
  return connection;
};

/** Knows whether anybody has begun to read it: the server has then asked for the message. */
const watched = (bytes: Buffer) => {
  let began = false;
  const stream = new Readable({
    read() {
      began = true;
      this.push(bytes);
      this.push(null);
    },
  });
  return { stream, hasBegun: () => began };
};

const within = async <Result>(work: Promise<Result>, { timeoutMs, end }: { timeoutMs: number; end: () => void }) => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT', command: 'CONN' }));
    end();
  }, timeoutMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Says who we are and goes again. @throws what the library throws */
export const greet = async (server: SmtpServer, timeoutMs: number): Promise<void> => {
  const connection = await within(connected(server, timeoutMs), { timeoutMs, end: () => undefined });
  connection.quit();
};

/** Sends one mail over a connection of its own, once. Never throws. */
export const sendBySmtp = async (
  server: SmtpServer,
  { envelope, bytes }: ComposedMail,
  timeoutMs: number,
): Promise<SmtpOutcome> => {
  const { stream, hasBegun } = watched(bytes);
  let connection: SMTPConnection | null = null;
  const send = async (): Promise<string> => {
    connection = await connected(server, timeoutMs);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    connection.on('error', reject);
    connection.send({ from: envelope.from, to: [...envelope.to] }, stream, (error, info) =>
      error ? reject(error) : resolve(info?.response ?? ''),
    );
    const response = await promise;
    connection.quit();
    return response;
  };
  try {
    const response = await within(send(), { timeoutMs, end: () => connection?.close() });
    return { kind: 'taken', response };
  } catch (error) {
    (connection as SMTPConnection | null)?.close();
    return { kind: 'failed', error, bodyBegan: hasBegun() };
  }
};
