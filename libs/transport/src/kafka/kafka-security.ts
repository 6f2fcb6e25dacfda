import type kafkajs from 'kafkajs';
import type { TlsOptions } from '../tls.ts';
import { RefusedCredentialsError } from './failures.ts';
import { createTokenSource, type OAuthOptions, type TokenSource } from './oauth-tokens.ts';

/** How we show Kafka who we are, beside or without a certificate. */
export type SaslOptions =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | ({ readonly mechanism: 'oauthbearer' } & OAuthOptions);

export interface SecurityOptions {
  /** Present: the brokers are spoken to over TLS. */
  readonly tls?: TlsOptions;
  readonly sasl?: SaslOptions;
}

/** One source for all connections of a process: each has to show a token, and the token server is asked once. */
const sources = new WeakMap<SaslOptions, TokenSource>();

const sourceOf = (sasl: OAuthOptions & SaslOptions): TokenSource => {
  const known = sources.get(sasl) ?? createTokenSource(sasl);
  sources.set(sasl, known);
  return known;
};

const SIZE_BYTES = 4;
/** What the broker says when it does not accept a token (RFC 7628, 3.2.2): JSON with a status; nothing when it does. */
const refusalIn = (answer: Buffer): string | null => {
  const body = answer.subarray(SIZE_BYTES).toString('utf8');
  if (body === '') return null;
  try {
    const { status } = JSON.parse(body) as { readonly status?: unknown };
    return typeof status === 'string' ? status : 'refused';
  } catch {
    return 'refused';
  }
};

const SEPARATOR = '\u0001';
const lengthPrefixed = (text: string): Buffer => {
  const bytes = Buffer.alloc(SIZE_BYTES + Buffer.byteLength(text));
  bytes.writeInt32BE(Buffer.byteLength(text));
  bytes.write(text, SIZE_BYTES);
  return bytes;
};

/** kafkajs's own OAUTHBEARER takes a refusal for consent: the broker says it within an answer that is no error, and waits for a word more. */
const oauthBearer = (source: TokenSource): kafkajs.Mechanism => ({
  mechanism: 'OAUTHBEARER',
  authenticationProvider: ({ saslAuthenticate }) => ({
    authenticate: async () => {
      const token = await source.token();
      const send = (message: string): Promise<string | null | void> =>
        saslAuthenticate({
          request: { encode: () => lengthPrefixed(message) },
          response: { decode: (bytes) => bytes, parse: refusalIn },
        });
      const refused = await send(`n,,${SEPARATOR}auth=Bearer ${token}${SEPARATOR}${SEPARATOR}`);
      if (typeof refused !== 'string') return;
      await send(SEPARATOR).catch(() => undefined);
      throw new RefusedCredentialsError(`SASL OAUTHBEARER authentication failed: ${refused}`);
    },
  }),
});

const saslOf = (sasl: SaslOptions): kafkajs.SASLOptions | kafkajs.Mechanism =>
  sasl.mechanism === 'oauthbearer'
    ? oauthBearer(sourceOf(sasl))
    : // A copy, since the client keeps what it made of it there.
      ({ mechanism: sasl.mechanism, username: sasl.username, password: sasl.password } as kafkajs.SASLOptions);

/** What a kafkajs client is told of TLS and SASL. */
export const securityOf = ({ tls, sasl }: SecurityOptions): Pick<kafkajs.KafkaConfig, 'ssl' | 'sasl'> => ({
  ...(tls === undefined ? {} : { ssl: { ...tls } }),
  ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
});
