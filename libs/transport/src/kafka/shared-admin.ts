import { TransientError } from '@sluice/kernel';
import type kafkajs from 'kafkajs';
import { createKafka, type KafkaOptions } from './kafka-client.ts';

/**
 * One admin client for everything in a process that asks the cluster something: each has connections and metadata of its own. Questions
 * that are asked at the same time share what kafkajs knows of topics, and one may take away what another has just learnt: what is asked
 * here must tell an answer that lacks something from one that says that there is nothing (`group-offsets.ts`).
 */
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
      try {
        return await question(admin);
      } catch (error) {
        // kafkajs gives null for an answer that no broker gave, and then stumbles over it.
        if (error instanceof TypeError)
          throw new TransientError('Kafka does not answer: no broker gave a usable answer', { cause: error });
        throw error;
      }
    },
    async close() {
      if (connected) await admin.disconnect().catch(() => undefined);
      connected = null;
    },
  };
};
