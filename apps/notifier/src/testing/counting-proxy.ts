import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CountingProxy {
  /** The address of the same database, by way of the proxy. */
  readonly url: string;
  /** Statements that ran since the last call. */
  take(): number;
  close(): Promise<void>;
}

const EXECUTE = 'E'.charCodeAt(0);
const SIMPLE_QUERY = 'Q'.charCodeAt(0);
const HEADER = 5;

/** Counts the messages of PostgreSQL's protocol that make the server run a statement. The first message has no type. */
const counting = (ran: () => void): ((chunk: Buffer) => void) => {
  let pending = Buffer.alloc(0);
  let started = false;
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const typeBytes = started ? 1 : 0;
      if (pending.length < HEADER) return;
      const length = pending.readInt32BE(typeBytes) + typeBytes;
      if (pending.length < length) return;
      if (started && (pending[0] === EXECUTE || pending[0] === SIMPLE_QUERY)) ran();
      started = true;
      pending = pending.subarray(length);
    }
  };
};

/** A way to Postgres on which every statement is counted, whoever sends it. */
export const countingProxy = async (url: string): Promise<CountingProxy> => {
  const target = new URL(url);
  let statements = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => [client, upstream].forEach((one) => one.destroy()));
    }
    client.on(
      'data',
      counting(() => {
        statements += 1;
      }),
    );
    client.pipe(upstream);
    upstream.pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxied = new URL(url);
  proxied.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: proxied.href,
    take() {
      const taken = statements;
      statements = 0;
      return taken;
    },
    async close() {
      sockets.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
};
