import { randomUUID } from 'node:crypto';
import { stageInputs } from '@sluice/contracts';
import { inquiryEnriched, inquiryRaw } from '@sluice/contracts';
import { anEnrichedInquiry, aRawInquiry } from '@sluice/contracts/testing';
import { createRegistryCodec, createKafkaTransport } from '@sluice/transport';
import { untilMet, type Fault } from '../world.ts';

/** Nearly all that a topic takes: what becomes of it, its dead letter too, is larger than that. */
const LARGEST_BYTES = 1_048_000;
const UNKNOWN_SCHEMA = 0x7fffffff;
const HEADER_BYTES = 5;

/** Inquiries taken in between two topics: poison comes among what is good, and not so much of it at once that a breaker opens. */
const BETWEEN = 10;

/** Magic byte, schema id, body: as the registry's clients write it. */
export const framed = (schemaId: number, body: string): Buffer => {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32BE(schemaId, 1);
  return Buffer.concat([header, Buffer.from(body)]);
};

interface Schemas {
  /** That of the topic. */
  readonly own: number;
  /** An event that is well written, and belongs elsewhere. */
  readonly stranger: Buffer;
}

/** What no stage can read. */
export const poisonsFor = ({ own, stranger }: Schemas): readonly (Buffer | null)[] => [
  Buffer.from('no event at all'),
  null,
  framed(UNKNOWN_SCHEMA, '{"inquiryId":"of a schema nobody registered"}'),
  framed(own, '{"inquiryId":'),
  framed(own, '{"inquiryId":17,"sentBy":"one who does not keep to the schema"}'),
  stranger,
  Buffer.alloc(LARGEST_BYTES, 'x'),
];

/** Records that no stage can read, on the input of every stage. */
export const poison: Fault = {
  name: 'poison, the largest and wrong-schema records',
  async strike({ stack, load }) {
    const { brokers, registryUrl } = stack.addresses;
    const codec = createRegistryCodec({ url: registryUrl });
    const raw = await codec.frame(inquiryRaw.v1.type, JSON.stringify(aRawInquiry()));
    const enriched = await codec.frame(inquiryEnriched.v1.type, JSON.stringify(anEnrichedInquiry()));
    const transport = createKafkaTransport({ brokers, clientId: 'poison' });
    for (const topic of new Set(stageInputs.map((input) => input.topic))) {
      const own = Number((await codec.schemaAddressOf(topic)).split('/').at(-1));
      const stranger = topic === inquiryRaw.v1.type ? enriched : raw;
      for (const value of poisonsFor({ own, stranger })) {
        await transport.publish([
          { topic, key: randomUUID(), value, headers: { ce_id: randomUUID(), ce_type: topic } },
        ]);
      }
      const taken = load.acknowledged.length;
      await untilMet({
        world: { load },
        what: 'good inquiries between two topics that are poisoned',
        look: () => {
          const more = load.acknowledged.length - taken;
          return more >= BETWEEN ? null : `${more} of ${BETWEEN} inquiries`;
        },
      });
    }
    await transport.close();
  },
};
