import type kafkajs from 'kafkajs';
import { createKafka, type KafkaOptions } from './kafka-client.ts';

/** One admin client for everything in a process that asks the cluster something: each has connections and metadata of its own. */
export interface SharedAdmin {
  /** Asks with a connected client; connects when it is asked for the first time, and again after that failed. */
  ask<Answer>(question: (admin: kafkajs.Admin) => Promise<Answer>): Promise<Answer>;
  close(): Promise<void>;
}

export const createSharedAdmin = (kafka: KafkaOptions): SharedAdmin => {
  const admin = createKafka(kafka).admin();
  let connected: Promise<void> | null = null;

  const connect = (): Promise<void> => {
    connected ??= admin.connect().catch((error: unknown) => {
      connected = null;
      throw error;
    });
    return connected;
  };

  return {
    async ask(question) {
      await connect();
      return question(admin);
    },
    async close() {
      if (connected) await admin.disconnect().catch(() => undefined);
      connected = null;
    },
  };
};
