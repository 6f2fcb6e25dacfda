import type { KafkaTransport } from './kafka/kafka-transport.ts';
import type { TopicTerms } from './kafka/topic-faults.ts';

/** Looks at the topics now and then, and keeps what it found for `/readyz`. */
export interface TopicWatch {
  /** Looks once. Never throws: that Kafka is away is told elsewhere, and what was found last still stands. */
  look(): Promise<'rest'>;
  /** The faults, for `ServiceParts.notes`; nothing when there are none. */
  notes(): Readonly<Record<string, string>>;
}

export const createTopicWatch = (
  transport: Pick<KafkaTransport, 'topicFaults'>,
  declarations: readonly TopicTerms[],
): TopicWatch => {
  let faults: readonly string[] = [];
  return {
    async look() {
      faults = await transport.topicFaults(declarations).catch(() => faults);
      return 'rest';
    },
    notes: () => (faults.length === 0 ? {} : { topics: faults.join('; ') }),
  };
};
