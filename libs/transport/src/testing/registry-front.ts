import { once } from 'node:events';
import { request as forward } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSignedCertificate } from '@sluice/testing';

export interface RegistryFront {
  readonly url: string;
  /** The authority of its certificate. */
  readonly ca: string;
  close(): Promise<void>;
}

/** A registry that speaks TLS and lets in only who sends this authorization, or shows a certificate of this authority. */
export const startRegistryFront = async (
  registryUrl: string,
  wanted: { readonly authorization?: string; readonly clientCa?: string },
): Promise<RegistryFront> => {
  const { key, cert } = selfSignedCertificate();
  const mutual =
    wanted.clientCa === undefined ? {} : { ca: wanted.clientCa, requestCert: true, rejectUnauthorized: true };
  const behind = new URL(registryUrl);
  const server = createServer({ key, cert, ...mutual }, (incoming, outgoing) => {
    if (wanted.authorization !== undefined && incoming.headers.authorization !== wanted.authorization) {
      outgoing
        .writeHead(401, { 'content-type': 'application/json' })
        .end('{"error_code":40101,"message":"Unauthorized"}');
      return;
    }
    const { host: _host, ...headers } = incoming.headers;
    const passed = forward(
      { host: behind.hostname, port: behind.port, path: incoming.url, method: incoming.method, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(passed);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}${behind.pathname}`,
    ca: cert,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
