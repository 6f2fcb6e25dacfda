import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import type kafkajs from 'kafkajs';
import { splitFrames } from './wire-frames.ts';

const API_KEY_AT = 4;
const REQUEST_CORRELATION_AT = 8;
const ANSWER_CORRELATION_AT = 4;
const HEAD_BYTES = 8;

/** As Kafka's protocol guide numbers them. */
export const apiKeys = { produce: 0, heartbeat: 12, addOffsetsToTxn: 25, endTxn: 26 } as const;

export interface ProxyRules {
  /** What befalls a request: it is passed on, the connection breaks, or it is answered with this body and the broker never hears of it. */
  onRequest?(apiKey: number): 'pass' | 'hang-up' | Buffer;
  /** What befalls the broker's answer to it; a number of milliseconds is how late it comes. */
  onAnswer?(apiKey: number): 'pass' | 'hang-up' | 'silence' | number;
}

export interface BrokerProxy {
  /** For `KafkaOptions.socketFactory`: every connection to the broker goes through the proxy. */
  readonly socketFactory: kafkajs.ISocketFactory;
  /** On the loopback interface. */
  readonly port: number;
  close(): Promise<void>;
}

const answerTo = (request: Buffer, body: Buffer): Buffer => {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeInt32BE(HEAD_BYTES - ANSWER_CORRELATION_AT + body.length, 0);
  head.writeInt32BE(request.readInt32BE(REQUEST_CORRELATION_AT), ANSWER_CORRELATION_AT);
  return Buffer.concat([head, body]);
};

/** A TCP proxy before one broker that passes everything on untouched, but for what the rules say. */
export const startBrokerProxy = async (
  broker: string,
  { onRequest = () => 'pass', onAnswer = () => 'pass' }: ProxyRules,
): Promise<BrokerProxy> => {
  const [host = '', port = ''] = broker.split(':');
  const sockets = new Set<Socket>();

  const relay = (client: Socket): void => {
    const upstream = connect({ host, port: Number(port) });
    const asked = new Map<number, number>();
    const hangUp = (): void => {
      client.destroy();
      upstream.destroy();
    };

    const request = (frame: Buffer): void => {
      const apiKey = frame.readInt16BE(API_KEY_AT);
      const fate = onRequest(apiKey);
      if (fate === 'hang-up') return hangUp();
      if (fate !== 'pass') {
        client.write(answerTo(frame, fate));
        return;
      }
      asked.set(frame.readInt32BE(REQUEST_CORRELATION_AT), apiKey);
      upstream.write(frame);
    };

    const answer = (frame: Buffer): void => {
      const correlation = frame.readInt32BE(ANSWER_CORRELATION_AT);
      const fate = onAnswer(asked.get(correlation) ?? -1);
      asked.delete(correlation);
      if (fate === 'hang-up') hangUp();
      else if (fate === 'pass') client.write(frame);
      else if (fate !== 'silence') setTimeout(() => client.write(frame), fate).unref();
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
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
};
