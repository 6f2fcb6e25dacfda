import type { RateLimiter } from '@sluice/cache';
import { assertNever, type Clock } from '@sluice/kernel';
import { bearerToken, createBearerLookup, Problem } from '@sluice/service';
import type { FastifyRequest } from 'fastify';
import { fittingKeys, signatureFault, type SignatureFault, type SignatureHeaders } from './intake-signature.ts';
import type { RefusalCount } from './refusal-count.ts';
import { maySpeakFor, type SenderKey } from './sender-keys.ts';

export type Requested = Pick<FastifyRequest, 'headers' | 'ip'>;

/** How much a source may send now. */
export type Admission =
  { readonly admitted: true } | { readonly admitted: false; readonly limit: number; readonly seconds: number };

/** Who a request comes from. */
export interface Sender {
  maySpeakFor(source: string): boolean;
  /** @throws Problem 403 */
  requireFor(source: string): void;
}

/** Who may send, for which sources, and how much. */
export interface Gatekeeper {
  /** What headers alone show to be nobody we know, before a body is read. @throws Problem 401, or 429 for an address that was refused too often */
  checkHeaders(request: Requested): void;
  /** An address that was refused too often. @throws Problem 429 */
  checkAddress(request: Requested): void;
  /** @throws Problem 401 that says what is wrong with the signature, and nothing about the secret. */
  verify(request: Requested, body: Buffer): Sender;
  /** By `Authorization: Bearer`. @throws Problem 401 */
  verifyBearer(request: Requested): Sender;
  /** Takes one point of the source. @throws Problem 429 with the time to wait. */
  admit(source: string): Promise<void>;
  /** The same, told as data: one row of many must not sink the others. */
  tryAdmit(source: string): Promise<Admission>;
  /** What a point lasts for. */
  readonly windowSeconds: number;
}

export interface GatekeeperOptions {
  readonly secrets: readonly SenderKey[];
  /** Bearer tokens of senders that can't sign. None: they are refused. */
  readonly tokens: readonly SenderKey[];
  readonly limiter: RateLimiter;
  readonly windowSeconds: number;
  readonly refusals: RefusalCount;
  readonly clock: Clock;
}

const header = ({ headers }: Requested, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** Some senders write the digest alone; both notations are understood. */
const signatureHeaders = (request: Requested): SignatureHeaders => {
  const given = header(request, 'x-signature');
  const isBare = given !== undefined && /^[0-9a-f]{64}$/iu.test(given.trim());
  return { signature: isBare ? `sha256=${given.trim()}` : given, timestamp: header(request, 'x-timestamp') };
};

const said = (fault: SignatureFault): string => {
  switch (fault) {
    case 'missing':
      return 'The header X-Signature is missing: sha256=<hex HMAC-SHA256 of the raw body>.';
    case 'malformed':
      return 'The header X-Signature is not of the form sha256=<64 hex digits>.';
    case 'stale':
      return 'The header X-Timestamp is more than five minutes from now, or no number of seconds.';
    case 'wrong':
      return 'The signature does not fit the body. It is taken over the raw bytes, before any decoding.';
    default:
      return assertNever(fault);
  }
};

const unsigned = (fault: SignatureFault): Problem =>
  new Problem({
    status: 401,
    title: 'Unauthorized',
    detail: said(fault),
    headers: { 'www-authenticate': 'Signature header="X-Signature"' },
  });

/** One of several keys that fit is enough. */
const senderBy = (keys: readonly Pick<SenderKey, 'sources'>[]): Sender => {
  const allows = (source: string): boolean => keys.some((key) => maySpeakFor(key, source));
  return {
    maySpeakFor: allows,
    requireFor(source) {
      if (allows(source)) return;
      throw new Problem({
        status: 403,
        title: 'Forbidden',
        detail: `The key that this request shows may not speak for the source ${source}.`,
      });
    },
  };
};

/** Whom nobody has to know: a source whose playbook asks for no proof. */
export const anybody: Sender = senderBy([{ sources: null }]);

export const createGatekeeper = ({ secrets, tokens, ...options }: GatekeeperOptions): Gatekeeper => {
  const { limiter, windowSeconds, refusals, clock } = options;
  const lookUpBearer = createBearerLookup({
    tokens: tokens.map(({ secret, sources }) => ({ ...bearerToken(secret.reveal()), sources })),
    hint: 'Send the token of this intake: Authorization: Bearer <token>.',
  });

  const counted = <Result>({ ip }: Requested, act: () => Result): Result => {
    try {
      return act();
    } catch (error) {
      refusals.add(ip);
      throw error;
    }
  };

  const checkAddress: Gatekeeper['checkAddress'] = ({ ip }) => {
    const seconds = refusals.secondsToWait(ip);
    if (seconds === 0) return;
    throw new Problem({
      status: 429,
      title: 'Too many refused requests',
      detail: 'Too many requests from this address showed no sender that is known here.',
      retryAfter: seconds,
    });
  };

  const tryAdmit: Gatekeeper['tryAdmit'] = async (source) => {
    const { allowed, limit, resetMs } = await limiter.consume(source);
    return allowed ? { admitted: true } : { admitted: false, limit, seconds: Math.ceil(resetMs / 1_000) };
  };

  return {
    windowSeconds,
    checkAddress,
    checkHeaders(request) {
      checkAddress(request);
      counted(request, () => {
        const fault = signatureFault(signatureHeaders(request), Date.parse(clock.now()));
        if (fault !== null) throw unsigned(fault);
      });
    },
    verify: (request, body) =>
      counted(request, () => {
        const given = signatureHeaders(request);
        const fault = signatureFault(given, Date.parse(clock.now()));
        if (fault !== null) throw unsigned(fault);
        const keys = fittingKeys(given, body, secrets);
        if (keys.length === 0) throw unsigned('wrong');
        return senderBy(keys);
      }),
    verifyBearer: (request) => counted(request, () => senderBy([lookUpBearer(request)])),
    tryAdmit,
    async admit(source) {
      const admission = await tryAdmit(source);
      if (!admission.admitted) throw tooMany(admission, windowSeconds);
    },
  };
};

/** A source that has sent all it may for now. */
export const tooMany = ({ limit, seconds }: Extract<Admission, { admitted: false }>, windowSeconds: number): Problem =>
  new Problem({
    status: 429,
    title: 'Too many requests',
    detail: `This source may send ${limit} inquiries per ${windowSeconds} seconds; a row of a batch counts as one.`,
    retryAfter: seconds,
    headers: {
      'ratelimit-policy': `"source";q=${limit};w=${windowSeconds}`,
      ratelimit: `"source";r=0;t=${seconds}`,
    },
  });
