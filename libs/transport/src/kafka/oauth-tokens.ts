import { TransientError } from '@sluice/kernel';
import { createAgent, httpRequest, type HttpAnswer } from '../http/http-request.ts';
import type { TlsOptions } from '../tls.ts';

/** Where tokens come from: OAuth 2.0 client credentials (RFC 6749, section 4.4). */
export interface OAuthOptions {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string;
  /** Of the token server; Node's own authorities are trusted unless told. */
  readonly tls?: TlsOptions;
}

export interface TokenSource {
  /** A token that is good for a while yet. @throws TransientError while the token server gives none */
  token(): Promise<string>;
}

interface Token {
  readonly value: string;
  readonly expiresAt: number;
}

/** A token with less left is replaced: longer than the ten seconds before a session's end at which kafkajs authenticates again. */
const LEAST_LEFT_MS = 20_000;
/** Of a token server that does not say how long its tokens live. */
const DEFAULT_LIFETIME_SECONDS = 300;

const refusal = ({ status, body }: HttpAnswer): string => {
  try {
    // RFC 6749, section 5.2: a word of a bounded set, and never what was sent.
    const { error } = JSON.parse(body) as { readonly error?: unknown };
    return typeof error === 'string' ? `${status} ${error.slice(0, 80)}` : String(status);
  } catch {
    return String(status);
  }
};

const tokenIn = ({ body }: HttpAnswer, now: number): Token | null => {
  try {
    const { access_token: value, expires_in: seconds = DEFAULT_LIFETIME_SECONDS } = JSON.parse(body) as Readonly<
      Record<string, unknown>
    >;
    return typeof value === 'string' && Number.isFinite(Number(seconds))
      ? { value, expiresAt: now + Number(seconds) * 1_000 }
      : null;
  } catch {
    return null;
  }
};

/** Fetches a token, keeps it, and fetches the next before it ends. Callers that come meanwhile share one request. */
export const createTokenSource = ({ tokenUrl, clientId, clientSecret, scope, tls }: OAuthOptions): TokenSource => {
  const agent = createAgent(tokenUrl, tls);
  let current: Token | null = null;
  let asking: Promise<string> | null = null;

  const ask = async (): Promise<string> => {
    const asked = Date.now();
    let answer: HttpAnswer;
    try {
      answer = await httpRequest({
        method: 'POST',
        url: tokenUrl,
        agent,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
          // Section 2.3.1: each part is form-encoded before they are joined.
          authorization: `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')}`,
        },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          ...(scope === undefined ? {} : { scope }),
        }).toString(),
      });
    } catch (cause) {
      throw new TransientError(`the token server does not answer: ${cause instanceof Error ? cause.message : ''}`, {
        cause,
      });
    }
    if (answer.status >= 500) throw new TransientError(`the token server answers ${answer.status}`);
    if (answer.status !== 200)
      throw new TransientError(`the token server refuses the client's credentials: ${refusal(answer)}`);
    const token = tokenIn(answer, asked);
    if (!token) throw new TransientError('the token server answers without an access_token');
    current = token;
    return token.value;
  };

  return {
    async token() {
      if (current && current.expiresAt - Date.now() > LEAST_LEFT_MS) return current.value;
      asking ??= ask().finally(() => {
        asking = null;
      });
      return asking;
    },
  };
};
