import { createRequire } from 'node:module';
import type kafkajs from 'kafkajs';

const [library = '', topic = '', brokers = ''] = process.argv.slice(2);
const { Kafka, logLevel } = createRequire(import.meta.url)(library) as typeof kafkajs;

/** Writes in a transaction, reads what it wrote, and then only polls: all that a service does on a quiet day. */
const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
const producer = kafka.producer({
  transactionalId: topic,
  idempotent: true,
  maxInFlightRequests: 1,
  createPartitioner: () => () => 0,
});
const consumer = kafka.consumer({ groupId: topic, maxWaitTimeInMs: 100 });
const admin = kafka.admin();
await Promise.all([producer.connect(), consumer.connect(), admin.connect()]);

const transaction = await producer.transaction();
await transaction.send({ topic, messages: [{ value: 'x' }] });
await transaction.commit();

const { promise: read, resolve: wasRead } = Promise.withResolvers<void>();
const { promise: idle, resolve: wasIdle } = Promise.withResolvers<void>();
let emptyFetches = 0;
consumer.on(consumer.events.FETCH, ({ payload }) => {
  emptyFetches += payload.numberOfBatches === 0 ? 1 : 0;
  if (emptyFetches > 10) wasIdle();
});
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  autoCommit: false,
  eachMessage: async () => {
    wasRead();
  },
});
await read;
await idle;
await admin.fetchTopicOffsets(topic);
await Promise.all([producer.disconnect(), consumer.disconnect(), admin.disconnect()]);
process.stdout.write('done\n');
