import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { selfSignedCertificate } from '@sluice/testing';

export interface TokenServer {
  readonly url: string;
  /** The authority of its certificate. */
  readonly ca: string;
  /** What was asked for, as it came. */
  readonly asked: { readonly authorization: string; readonly form: Readonly<Record<string, string>> }[];
  /** What the next tokens are like. */
  next: { seconds: number; status: number; kind: 'good' | 'expired' | 'no token' };
  close(): Promise<void>;
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Gives tokens for client credentials, as JSON Web Tokens that nobody signed: what a test broker takes. */
export const startTokenServer = async (): Promise<TokenServer> => {
  const { key, cert } = selfSignedCertificate();
  const asked: TokenServer['asked'] = [];
  const next: TokenServer['next'] = { seconds: 60, status: 200, kind: 'good' };
  const server = createServer({ key, cert }, (request, response) => {
    void text(request).then((body) => {
      asked.push({
        authorization: request.headers.authorization ?? '',
        form: Object.fromEntries(new URLSearchParams(body)),
      });
      const now = Math.floor(Date.now() / 1_000);
      const from = next.kind === 'expired' ? now - 1_000 : now;
      const token = `${part({ alg: 'none' })}.${part({ sub: 'alice', iat: from, exp: from + next.seconds })}.`;
      response.writeHead(next.status, { 'content-type': 'application/json' }).end(
        JSON.stringify(
          next.status === 200
            ? {
                access_token: next.kind === 'no token' ? 'no token' : token,
                expires_in: next.seconds,
                token_type: 'Bearer',
              }
            : { error: 'invalid_client', error_description: 'the secret is hunter2' },
        ),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    ca: cert,
    asked,
    next,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
