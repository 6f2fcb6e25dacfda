import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import type { TlsOptions } from '../tls.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly agent: HttpAgent;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

const TIMEOUT_MS = 10_000;

/** Node's own `fetch` can be told no certificates. */
export const createAgent = (url: string, tls: TlsOptions = {}): HttpAgent =>
  url.startsWith('https:') ? new HttpsAgent({ keepAlive: true, ...tls }) : new HttpAgent({ keepAlive: true });

/** Asks once. @throws Node's error when there is no answer within ten seconds */
export const httpRequest = async ({ method, url, headers, body, agent }: HttpRequest): Promise<HttpAnswer> => {
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    send(url, { method, agent, signal, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, resolve)
      .on('error', reject)
      .end(body);
  });
  return { status: answer.statusCode ?? 0, body: await text(answer) };
};
