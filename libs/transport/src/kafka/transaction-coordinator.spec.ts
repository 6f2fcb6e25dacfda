import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';

interface Answered {
  readonly type: string;
}
type Answer = number | Error | null;

interface EosManager {
  initProducerId(): Promise<void>;
  beginTransaction(): void;
  addPartitionsToTransaction(
    topics: readonly { topic: string; partitions: readonly { partition: number }[] }[],
  ): Promise<void>;
  sendOffsets(offsets: { consumerGroupId: string; topics: readonly unknown[] }): Promise<void>;
  commit(): Promise<void>;
}

interface Client {
  readonly createEosManager: (options: object) => EosManager;
  readonly createErrorFromCode: (code: number) => Error & Answered;
}

const require = createRequire(import.meta.url);
const clientOf = (name: string): Client => ({
  createEosManager: require(`${name}/src/producer/eosManager`) as Client['createEosManager'],
  createErrorFromCode: (require(`${name}/src/protocol/error`) as { createErrorFromCode: Client['createErrorFromCode'] })
    .createErrorFromCode,
});
const corrected = clientOf('kafkajs');
const stock = clientOf('kafkajs-stock');

/** As Kafka's protocol guide numbers them. */
const COORDINATOR_LOAD_IN_PROGRESS = 14;
const COORDINATOR_NOT_AVAILABLE = 15;
const NOT_COORDINATOR = 16;
const CONCURRENT_TRANSACTIONS = 51;
const PRODUCER_FENCED = 90;

const REQUESTS = ['addPartitionsToTxn', 'addOffsetsToTxn', 'txnOffsetCommit', 'endTxn'] as const;
type Request = (typeof REQUESTS)[number];

/** A transaction of one client on a coordinator that gives these answers, in turn, to one kind of request, and then does as asked. */
const transactOn = (
  { createEosManager, createErrorFromCode }: Client,
  request: Request,
  answers: readonly Answer[],
) => {
  const left = [...answers];
  const asked: string[] = [];
  let lookUps = 0;
  let isConnected = true;
  const answering = (name: string) => async () => {
    asked.push(name);
    const answer = name === request ? (left.shift() ?? null) : null;
    if (answer instanceof Error) throw answer;
    if (answer !== null) throw createErrorFromCode(answer);
  };
  const broker = {
    ...Object.fromEntries(REQUESTS.map((name) => [name, answering(name)])),
    initProducerId: async () => ({ producerId: 1, producerEpoch: 0 }),
    isConnected: () => isConnected,
  };
  const cluster = {
    refreshMetadataIfNecessary: async () => undefined,
    findGroupCoordinator: async () => {
      lookUps += 1;
      return broker;
    },
  };
  const silent = () => undefined;
  const logger = { debug: silent, info: silent, warn: silent, error: silent };
  const manager = createEosManager({
    logger: { namespace: () => logger, ...logger },
    cluster,
    transactionTimeout: 1_000,
    transactional: true,
    transactionalId: 'x',
    retry: { initialRetryTime: 10, retries: 3 },
  });
  const run = async () => {
    if (lookUps === 0) await manager.initProducerId();
    manager.beginTransaction();
    await manager.addPartitionsToTransaction([{ topic: 'out', partitions: [{ partition: 0 }] }]);
    await manager.sendOffsets({ consumerGroupId: 'g', topics: [] });
    await manager.commit();
  };
  const disconnect = (): void => {
    isConnected = false;
  };
  return { run, disconnect, times: () => asked.filter((name) => name === request).length, lookUps: () => lookUps };
};

const moves = [
  ['is moving', COORDINATOR_LOAD_IN_PROGRESS],
  ['is not there', COORDINATOR_NOT_AVAILABLE],
  ['has moved', NOT_COORDINATOR],
] as const;

describe.each(REQUESTS)('%s', (request) => {
  it.each(moves)('is sent again when the coordinator %s', async (_what, code) => {
    const transaction = transactOn(corrected, request, [code, code]);
    await transaction.run();
    expect(transaction.times()).toBe(3);
  });

  it('is sent to whoever is the coordinator now', async () => {
    const undisturbed = transactOn(corrected, request, []);
    await undisturbed.run();
    const moved = transactOn(corrected, request, [NOT_COORDINATOR]);
    await moved.run();
    expect(moved.lookUps()).toBe(undisturbed.lookUps() + 1);
  });

  it('is not sent again when a newer producer has fenced this one', async () => {
    const transaction = transactOn(corrected, request, [PRODUCER_FENCED]);
    await expect(transaction.run()).rejects.toMatchObject({ type: 'PRODUCER_FENCED' });
    expect(transaction.times()).toBe(1);
  });

  it('fails in the client as it is published: the correction is needed', async () => {
    await expect(transactOn(stock, request, [NOT_COORDINATOR]).run()).rejects.toThrow();
  });
});

describe('a transaction that begins while the last one is still being written', () => {
  it.each(['addPartitionsToTxn', 'addOffsetsToTxn', 'endTxn'] as const)(
    'waits milliseconds for %s, not the 300 of a first retry',
    async (request) => {
      const began = performance.now();
      const transaction = transactOn(corrected, request, [CONCURRENT_TRANSACTIONS, CONCURRENT_TRANSACTIONS]);
      await transaction.run();
      expect(transaction.times()).toBe(3);
      expect(performance.now() - began).toBeLessThan(250);
    },
  );
});

describe('who the coordinators are', () => {
  it('is asked once for many transactions, not before each request', async () => {
    const transaction = transactOn(corrected, 'endTxn', []);
    await transaction.run();
    const afterOne = transaction.lookUps();
    await transaction.run();
    expect(transaction.lookUps()).toBe(afterOne);
  });

  it('is asked again when the connection to one is gone', async () => {
    const transaction = transactOn(corrected, 'endTxn', []);
    await transaction.run();
    const afterOne = transaction.lookUps();
    transaction.disconnect();
    await transaction.run();
    expect(transaction.lookUps()).toBeGreaterThan(afterOne);
  });

  it('is asked before each request by the client as it is published', async () => {
    const transaction = transactOn(stock, 'endTxn', []);
    await transaction.run();
    const afterOne = transaction.lookUps();
    await transaction.run();
    expect(transaction.lookUps()).toBeGreaterThan(afterOne);
  });
});

describe('EndTxn', () => {
  it('is never sent twice when the connection broke: what became of it is unknown', async () => {
    const transaction = transactOn(corrected, 'endTxn', [new Error('Connection closed')]);
    await expect(transaction.run()).rejects.toThrow('Connection closed');
    expect(transaction.times()).toBe(1);
  });
});

describe('the error table', () => {
  it('knows a fenced producer by its name, which the client as it is published does not', () => {
    expect(corrected.createErrorFromCode(PRODUCER_FENCED)).toMatchObject({ type: 'PRODUCER_FENCED', retriable: false });
    expect(stock.createErrorFromCode(PRODUCER_FENCED).type).not.toBe('PRODUCER_FENCED');
  });
});
