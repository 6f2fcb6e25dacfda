import { topics } from '@sluice/contracts';
import { createKafkaTransport } from '@sluice/transport';
import { connectionsOf, type Addresses } from '../stack/addresses.ts';
import type { Finding } from './examine.ts';

const MEND =
  '`npm run deploy` creates topics and changes none: mend those that are there with kafka-configs.sh --alter or kafka-reassign-partitions.sh';

/** Whether Kafka answers, and whether our topics are there, as safe and as large as declared. */
export const examineTopics = async (addresses: Addresses): Promise<readonly Finding[]> => {
  const transport = createKafkaTransport({ ...connectionsOf(addresses).kafka, clientId: 'doctor' });
  try {
    const reachable = await transport.reachability();
    if (reachable !== true)
      return [
        { what: 'Kafka', found: reachable, mend: 'Look at its log, or at SLUICE_KAFKA_BROKERS and the keys beside it' },
      ];
    const faults = await transport.topicFaults(topics);
    return faults.length === 0
      ? [{ what: 'topics', found: `${topics.length}, as declared`, mend: null }]
      : faults.map((found) => ({ what: 'topics', found, mend: MEND }));
  } catch (error) {
    return [{ what: 'topics', found: error instanceof Error ? error.message : String(error), mend: MEND }];
  } finally {
    await transport.close();
  }
};
