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

/** A connection of its own, not open yet. */
const newConnection = (server: SmtpServer, timeoutMs: number): SMTPConnection =>
  new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.secure,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });

/** Opens it and logs in; nothing of any mail was said yet. Never ends where it is closed meanwhile. */
const opened = (connection: SMTPConnection, { user, password }: SmtpServer): Promise<void> =>
  new Promise((resolve, reject) => {
    connection.on('error', reject);
    connection.connect((error) => {
      if (error) return reject(error);
      if (user === null) return resolve();
      return connection.login({ user, credentials: { user, pass: password ?? '' } }, (refused) =>
        refused ? reject(refused) : resolve(),
      );
    });
  });

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

/**
 * Works over a connection for so long and no longer. It is closed when time is up, whatever is being said: what was given up must not
 * be sent after all.
 */
const within = async <Result>(
  connection: SMTPConnection,
  timeoutMs: number,
  work: () => Promise<Result>,
): Promise<Result> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    connection.close();
    reject(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT', command: 'CONN' }));
  }, timeoutMs);
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Says who we are and goes again. @throws what the library throws */
export const greet = async (server: SmtpServer, timeoutMs: number): Promise<void> => {
  const connection = newConnection(server, timeoutMs);
  await within(connection, timeoutMs, () => opened(connection, server));
  connection.quit();
};

/** Sends one mail over a connection of its own, once. Never throws. */
export const sendBySmtp = async (
  server: SmtpServer,
  { envelope, bytes }: ComposedMail,
  timeoutMs: number,
): Promise<SmtpOutcome> => {
  const { stream, hasBegun } = watched(bytes);
  const connection = newConnection(server, timeoutMs);
  const send = async (): Promise<string> => {
    await opened(connection, server);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    connection.on('error', reject);
    connection.send({ from: envelope.from, to: [...envelope.to] }, stream, (error, info) =>
      error ? reject(error) : resolve(info?.response ?? ''),
    );
    return promise;
  };
  try {
    const response = await within(connection, timeoutMs, send);
    connection.quit();
    return { kind: 'taken', response };
  } catch (error) {
    connection.close();
    return { kind: 'failed', error, bodyBegan: hasBegun() };
  }
};
