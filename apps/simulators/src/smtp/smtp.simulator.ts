import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { z } from 'zod';
import type { Desk, Simulator } from '../desk/desk.ts';
import type { Fault } from '../desk/fault-plan.ts';
import type { OpenEntry } from '../desk/journal.ts';
import { refuseControl } from '../desk/problem.ts';

/** What a client logs in with. Known to everyone: it protects nothing. */
const USER = 'sluice';
const PASSWORD = 'simulated';

const access = z.strictObject({
  /** Whether user and password are taken. */
  credentials: z.boolean(),
});
const refused = z.strictObject({
  /** Mailboxes that are refused from now on, instead of those refused so far. Those at `.invalid` always are. */
  addresses: z.array(z.string().min(1)),
});

/** The phases of a session in which a fault can meet it: what a schedule's `path` names. */
type Phase = 'connect' | 'auth' | 'mail-from' | 'rcpt-to' | 'data';

const isAlwaysRefused = (address: string): boolean => address.toLowerCase().endsWith('.invalid');

const refusal = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });

/** What a mail says, for who reads the journal. */
const shownMail = ({ headers, subject, text, html, from, to }: Email) => ({
  from: from && 'address' in from ? (from.address ?? null) : null,
  to: to?.flatMap((one) => ('address' in one ? [one.address] : [])) ?? [],
  subject: subject ?? null,
  text: text ?? null,
  html: html ?? null,
  headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
});

/** The id before the @: an effect's, where we sent it. */
const keyOf = (mail: Email): string => mail.messageId?.replace(/^<|@.*$/gu, '') ?? 'without a Message-ID';

/**
 * A mail server that takes what a real one takes, by real SMTP on a port of its own: login first, one sender, recipients that exist.
 * As in life, a mail that comes twice is there twice.
 */
export const smtpSimulator = (): Simulator => {
  let isOpen = true;
  let gone: ReadonlySet<string> = new Set();
  let url = '';
  let server: SMTPServer;

  const breakOff = ({ id }: SMTPServerSession): void => {
    for (const connection of server.connections) if (connection.id === id) connection._socket.destroy();
  };

  /** Lets the schedule have its way before a phase; gives what happens after it. Null: nobody answers any more. */
  const meet = async (
    desk: Desk,
    { phase, session, entry }: { phase: Phase; session: SMTPServerSession; entry?: OpenEntry },
  ): Promise<Partial<Fault> | null> => {
    if (desk.outage === 'reset') {
      breakOff(session);
      return null;
    }
    if (desk.outage !== null) throw refusal(421, '4.3.2 the service is not available');
    const found = desk.faults.meet({ path: `/smtp/${phase}` });
    if (!found) return {};
    entry?.met(phase);
    if (found.latencyMs !== undefined) await pause(found.latencyMs);
    if (found.timeoutBeforeApply) return null;
    if (found.reset) {
      breakOff(session);
      return null;
    }
    if (found.status !== undefined) throw refusal(found.status, 'simulated failure');
    return found;
  };

  type Callback = (error?: Error | null) => void;
  /** A phase of which nothing is kept: it goes well, or is refused. */
  const phaseOf =
    (desk: Desk, phase: Phase, refuses: () => Error | null = () => null) =>
    (session: SMTPServerSession, done: Callback): void =>
      void meet(desk, { phase, session }).then(
        (met) => {
          if (met !== null) done(refuses());
        },
        (error: unknown) => done(error as Error),
      );

  const take = async (desk: Desk, session: SMTPServerSession, bytes: Buffer): Promise<string | null> => {
    const mail = await PostalMime.parse(bytes);
    const { headers, ...body } = shownMail(mail);
    const entry = desk.journal.open({ method: 'DATA', path: '/smtp/data', headers, body });
    const met = await meet(desk, { phase: 'data', session, entry });
    if (met === null) return null;
    entry.applied(keyOf(mail));
    if (met.timeoutAfterApply) return null;
    if (met.resetAfterApply) {
      breakOff(session);
      return null;
    }
    if (met.errorAfterApply !== undefined) throw refusal(met.errorAfterApply, 'simulated failure');
    entry.answered(250);
    return `queued as ${desk.journal.view(Number.MAX_SAFE_INTEGER).received}`;
  };

  return {
    name: 'smtp',
    routes: () => undefined,
    async start(host, desk) {
      server = new SMTPServer({
        // The loopback interface is where it stands: there is no certificate to show.
        hideSTARTTLS: true,
        allowInsecureAuth: true,
        logger: false,
        onConnect: phaseOf(desk, 'connect'),
        onAuth: (auth, session, done) =>
          phaseOf(desk, 'auth', () =>
            isOpen && auth.username === USER && auth.password === PASSWORD
              ? null
              : refusal(535, '5.7.8 authentication failed'),
          )(session, (error) => (error ? done(error) : done(null, { user: USER }))),
        onMailFrom: (_address, session, done) => phaseOf(desk, 'mail-from')(session, done),
        onRcptTo: ({ address }, session, done) =>
          phaseOf(desk, 'rcpt-to', () =>
            gone.has(address) || isAlwaysRefused(address) ? refusal(550, '5.1.1 no such mailbox') : null,
          )(session, done),
        onData: (stream, session, done) =>
          void buffer(stream)
            .then((bytes) => take(desk, session, bytes))
            .then(
              (response) => {
                if (response !== null) done(null, response);
              },
              (error: unknown) => done(error as Error),
            ),
      });
      // A connection that breaks is the client's to notice.
      server.on('error', () => undefined);
      const listening = server.listen(0, host);
      await once(listening, 'listening');
      const { port } = listening.address() as AddressInfo;
      url = `smtp://${USER}:${PASSWORD}@${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
    },
    async stop() {
      for (const { _socket: socket } of server.connections) socket.destroy();
      await new Promise<void>((resolve) => void server.close(resolve));
    },
    controls(app) {
      app.get('/address', async () => ({ url }));
      app.post('/access', async (request, reply) => {
        const wanted = access.safeParse(request.body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        isOpen = wanted.data.credentials;
        return wanted.data;
      });
      app.post('/refused', async (request, reply) => {
        const wanted = refused.safeParse(request.body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        gone = new Set(wanted.data.addresses);
        return wanted.data;
      });
    },
  };
};
