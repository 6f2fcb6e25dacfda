import { randomUUID } from 'node:crypto';
import { stageInputs } from '@sluice/contracts';
import { createKafkaTransport } from '@sluice/transport';
import type { Fault } from '../world.ts';

const UNKNOWN_SCHEMA = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]);
const OVERSIZED_BYTES = 1_500_000;

const poisons: readonly (Buffer | null)[] = [
  Buffer.from('no event at all'),
  null,
  Buffer.concat([UNKNOWN_SCHEMA, Buffer.from('{"inquiryId":"of a schema nobody registered"}')]),
  Buffer.alloc(OVERSIZED_BYTES, 'x'),
];

/** Records that no stage can read, on the input of every stage. */
export const poison: Fault = {
  name: 'poison, oversized and wrong-schema records',
  async strike({ stack }) {
    const transport = createKafkaTransport({ brokers: stack.addresses.brokers, clientId: 'poison' });
    const records = stageInputs.flatMap(({ topic }) => poisons.map((value) => ({ topic, key: randomUUID(), value, headers: { ce_id: randomUUID(), ce_type: topic } })));
    for (const record of records) await transport.publish([record]);
    await transport.close();
  },
};
