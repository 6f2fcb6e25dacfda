import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import type kafkajs from 'kafkajs';
import { splitFrames } from './wire-frames.ts';

const END_TXN = 26;
const API_KEY_AT = 4;
const REQUEST_CORRELATION_AT = 8;
const ANSWER_CORRELATION_AT = 4;

/**
 * What befalls the next EndTxn, once: the broker never gets it; the broker does it and the connection breaks before the answer;
 * the broker does it and the answer never comes while the connection stays open; the broker does it and the answer is late.
 */
export type EndTxnLoss = 'request' | 'answer' | 'answer-in-silence' | 'late-answer';

const LATE_MS = 3_000;

export interface EndTxnProxy {
  /** For `KafkaOptions.socketFactory`: every connection to the broker goes through the proxy. */
  readonly socketFactory: kafkajs.ISocketFactory;
  /** On the loopback interface. */
  readonly port: number;
  loseNext(loss: EndTxnLoss): void;
  /** How many EndTxn were lost, of requests or of answers. */
  lost(): number;
  close(): Promise<void>;
}

/** A TCP proxy before one broker that passes everything on untouched, but for the EndTxn it was told to lose. */
export const startEndTxnProxy = async (broker: string): Promise<EndTxnProxy> => {
  const [host = '', port = ''] = broker.split(':');
  const sockets = new Set<Socket>();
  let next: EndTxnLoss | null = null;
  let lost = 0;

  const relay = (client: Socket): void => {
    const upstream = connect({ host, port: Number(port) });
    const unanswered = new Map<number, EndTxnLoss>();
    const hangUp = (): void => {
      client.destroy();
      upstream.destroy();
    };

    const request = (frame: Buffer): void => {
      if (next === null || frame.readInt16BE(API_KEY_AT) !== END_TXN) {
        upstream.write(frame);
        return;
      }
      const loss = next;
      next = null;
      lost += 1;
      if (loss === 'request') return hangUp();
      unanswered.set(frame.readInt32BE(REQUEST_CORRELATION_AT), loss);
      upstream.write(frame);
    };

    const answer = (frame: Buffer): void => {
      const loss = unanswered.get(frame.readInt32BE(ANSWER_CORRELATION_AT));
      if (loss === undefined) client.write(frame);
      else if (loss === 'answer') hangUp();
      else if (loss === 'late-answer') setTimeout(() => client.write(frame), LATE_MS).unref();
    };

    client.on('data', splitFrames(request));
    upstream.on('data', splitFrames(answer));
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', hangUp).on('close', () => {
        sockets.delete(socket);
        hangUp();
      });
    }
  };

  const server = createServer(relay);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: proxyPort } = server.address() as AddressInfo;
  return {
    port: proxyPort,
    socketFactory: ({ onConnect }) => connect({ host: '127.0.0.1', port: proxyPort }, onConnect),
    loseNext(loss) {
      next = loss;
    },
    lost: () => lost,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
};
