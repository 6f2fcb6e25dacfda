import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

export interface TcpProxy {
  readonly port: number;
  /** Breaks every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Keeps connections open and passes nothing on, like a frozen server. */
  stall(): void;
  /** Passes everything on again. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

export interface TcpProxyOptions {
  readonly port: number;
  readonly host?: string;
  /** PEM: the proxy then speaks TLS to whoever connects, and plain TCP to the target. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A network that can fail on demand, between a client under test and a real server. */
export const startTcpProxy = async (target: TcpProxyOptions): Promise<TcpProxy> => {
  const sockets = new Set<Socket>();
  let stalled = false;
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const join = (from: Socket, to: Socket): void => {
    from.on('data', (bytes) => {
      if (!stalled) to.write(bytes);
    });
    from.on('close', () => to.destroy());
  };
  const accept = (client: Socket): void => {
    const server = connect(target.port, target.host ?? '127.0.0.1');
    [client, server].forEach(track);
    join(client, server);
    join(server, client);
  };
  const listener = target.tls ? createTlsServer(target.tls, accept) : createServer(accept);
  const listen = async (port: number): Promise<void> => {
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
  };
  const cut = async (): Promise<void> => {
    const closed = listener.listening ? once(listener, 'close') : null;
    listener.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await listen(0);
  const { port } = listener.address() as AddressInfo;
  return {
    port,
    cut,
    stall: () => {
      stalled = true;
    },
    heal: async () => {
      stalled = false;
      if (!listener.listening) await listen(port);
    },
    close: cut,
  };
};
