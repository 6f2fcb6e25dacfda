import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

const SSL_REQUEST_BYTES = 8;

/** Speaks Postgres's TLS to who connects, and plain TCP to the server behind it: a server that has TLS switched on. */
export const startTlsFront = async (
  target: { readonly host: string; readonly port: number },
  { key, cert, clientCa }: { readonly key: string; readonly cert: string; readonly clientCa?: string },
): Promise<{ readonly port: number; close(): Promise<void> }> => {
  const sockets = new Set<Socket>();
  const accept = async (client: Socket): Promise<void> => {
    const server = connect(target);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    }
    await once(client, 'readable');
    client.read(SSL_REQUEST_BYTES);
    client.write('S');
    const wantsCertificate = clientCa !== undefined;
    const secure = new TLSSocket(client, {
      isServer: true,
      key,
      cert,
      requestCert: wantsCertificate,
      rejectUnauthorized: wantsCertificate,
      ...(wantsCertificate ? { ca: clientCa } : {}),
    });
    secure.on('error', () => client.destroy()).on('close', () => server.destroy());
    server.on('close', () => secure.destroy());
    secure.pipe(server);
    server.pipe(secure);
  };
  const listener = createServer((client) => void accept(client)).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
};
