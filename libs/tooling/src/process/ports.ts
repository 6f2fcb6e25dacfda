import { randomInt } from 'node:crypto';
import { createServer, connect } from 'node:net';

/**
 * Below what systems give to outgoing connections: a port of theirs may be somebody's source port by the time a server is to
 * listen on it, or to listen on it again.
 */
const FIRST_PORT = 16_384;
const BEHIND_LAST_PORT = 32_768;
const TRIES = 100;

export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** A port of the loopback interface that is free now. */
export const freePort = async (): Promise<number> => {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = randomInt(FIRST_PORT, BEHIND_LAST_PORT);
    if (await isFree(port)) return port;
  }
  throw new Error(`finding a free port: ${TRIES} between ${FIRST_PORT} and ${BEHIND_LAST_PORT} are taken`);
};

const ANSWERS_WITHIN_MS = 2_000;

/**
 * What a server answers to a request first. That it accepts the connection says nothing: the system does that for a process that
 * stands still. @throws Error when nothing comes
 */
export const answerOf = (port: number, request: string | Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(request));
    const settle = (work: () => void): void => {
      socket.destroy();
      work();
    };
    socket.setTimeout(ANSWERS_WITHIN_MS, () => settle(() => reject(new Error('it does not answer'))));
    socket
      .once('data', (data) => settle(() => resolve(data)))
      .once('error', () => settle(() => reject(new Error('it takes no connections'))))
      .once('end', () => settle(() => reject(new Error('it closed the connection'))));
  });

/** True when something accepts connections there. */
export const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
    socket.setTimeout(1_000, () => settle(false));
  });
