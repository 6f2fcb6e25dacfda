import { eventually, randomName } from '@sluice/testing';
import type corrected from 'kafkajs';

export interface Fetched {
  readonly messages: readonly { readonly value: Buffer | null }[];
  readonly last: string;
  readonly generationId?: number;
  readonly memberId?: string;
}

export interface CopierNames {
  readonly input: string;
  readonly output: string;
  readonly group: string;
}

export interface Copier {
  readonly fetched: Fetched[];
  /** How often the broker refused to name an offset because a transaction still holds it. */
  refused(): number;
  /** Writes outputs and offsets into a transaction and leaves it open; what it returns ends it. */
  begin(what: Fetched): Promise<{ commit(): Promise<void> }>;
  copy(what: Fetched): Promise<void>;
  /** Ends membership; the producer and its open transaction stay. What the group sees of a process that froze. */
  leave(): Promise<void>;
  stop(): Promise<void>;
}

/** A service that copies input to output in transactions, one step at a time, on whichever client it is given. */
export const createCopier = async (
  library: typeof corrected,
  brokers: readonly string[],
  { input, output, group }: CopierNames,
): Promise<Copier> => {
  let refused = 0;
  const logCreator =
    () =>
    ({ log }: corrected.LogEntry): void => {
      if (log.message.startsWith('Response OffsetFetch') && String(log['error']).includes('unstable offsets'))
        refused += 1;
    };
  const kafka = new library.Kafka({
    brokers: [...brokers],
    clientId: 'copier',
    logLevel: library.logLevel.ERROR,
    logCreator,
    retry: { initialRetryTime: 20, retries: 20 },
  });
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: 10_000,
    heartbeatInterval: 500,
    maxWaitTimeInMs: 100,
  });
  const producer = kafka.producer({ transactionalId: randomName('copier'), idempotent: true, maxInFlightRequests: 1 });
  const fetched: Fetched[] = [];
  await Promise.all([consumer.connect(), producer.connect()]);
  await consumer.subscribe({ topics: [input], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async (payload) => {
      const { batch, generationId, memberId } = payload as typeof payload & {
        generationId?: number;
        memberId?: string;
      };
      fetched.push({
        messages: batch.messages,
        last: batch.lastOffset(),
        ...(generationId === undefined ? {} : { generationId }),
        ...(memberId === undefined ? {} : { memberId }),
      });
      payload.resolveOffset(batch.lastOffset());
    },
  });

  const begin = async ({ messages, last, generationId, memberId }: Fetched) => {
    const transaction = await producer.transaction();
    try {
      await transaction.send({ topic: output, messages: messages.map(({ value }) => ({ value })) });
      await transaction.sendOffsets({
        consumerGroupId: group,
        topics: [{ topic: input, partitions: [{ partition: 0, offset: String(BigInt(last) + 1n) }] }],
        ...{ generationId, memberId },
      });
    } catch (error) {
      await transaction.abort().catch(() => undefined);
      throw error;
    }
    return transaction;
  };

  return {
    fetched,
    begin,
    refused: () => refused,
    copy: async (what) => (await begin(what)).commit(),
    leave: () => consumer.disconnect(),
    stop: async () => {
      await consumer.disconnect();
      await producer.disconnect();
    },
  };
};

/** The first batch that holds `count` records. */
export const holding = ({ fetched }: Pick<Copier, 'fetched'>, count: number): Promise<Fetched> =>
  eventually(
    () => {
      const got = fetched.find(({ messages }) => messages.length === count);
      if (!got) throw new Error(`${count} records are not fetched yet`);
      return got;
    },
    { within: 60_000 },
  );
