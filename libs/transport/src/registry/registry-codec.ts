import { TransientError } from '@sluice/kernel';
import { UndecodableError, type EventCodec } from '@sluice/stage';
import { createRegistry, reasonOf, statusOf, type RegistryOptions } from './registry-client.ts';

const MAGIC_BYTE = 0;
const HEADER_BYTES = 5;
const NOT_FOUND = 404;

const isWireFormat = (value: Buffer): boolean => value.length > HEADER_BYTES && value[0] === MAGIC_BYTE;

const unreachable = (cause: unknown): TransientError => new TransientError(reasonOf(cause), { cause });

/** One answer per key, for ever; a failure is forgotten, so that it is asked for again. */
const remembered = <Key, Answer>(ask: (key: Key) => Promise<Answer>): ((key: Key) => Promise<Answer>) => {
  const answers = new Map<Key, Promise<Answer>>();
  return (key) => {
    const known = answers.get(key);
    if (known) return known;
    const asked = ask(key).catch((error: unknown) => {
      answers.delete(key);
      throw error;
    });
    answers.set(key, asked);
    return asked;
  };
};

/**
 * The registry's wire format. Ids are asked for once, through @kafkajs/confluent-schema-registry, so a registry that is away hurts only
 * the first sight of a type or an id. Data is validated by its contract, once on each side, and not by the registry's schema as well:
 * that was made from the contract.
 */
export const createRegistryCodec = (options: RegistryOptions): EventCodec => {
  const registry = createRegistry(options);

  const schemaOf = remembered(async (type: string) => {
    try {
      const id = await registry.getLatestSchemaId(`${type}-value`);
      const header = Buffer.alloc(HEADER_BYTES);
      header.writeInt32BE(id, 1);
      return { header, address: `/schemas/ids/${id}` };
    } catch (cause) {
      throw statusOf(cause) === NOT_FOUND
        ? new TransientError(`looking up the schema of ${type}: it is not registered; run the deploy step`, { cause })
        : unreachable(cause);
    }
  });

  const known = remembered(async (id: number) => {
    try {
      await registry.getSchema(id);
    } catch (cause) {
      throw statusOf(cause) === NOT_FOUND
        ? new UndecodableError('decoding: the registry knows no schema of this id', { cause })
        : unreachable(cause);
    }
  });

  return {
    async frame(type, json) {
      const { header } = await schemaOf(type);
      return Buffer.concat([header, Buffer.from(json)]);
    },
    async decode(value) {
      if (!isWireFormat(value)) throw new UndecodableError('decoding: the value does not begin with a schema id');
      await known(value.readInt32BE(1));
      try {
        const data: unknown = JSON.parse(value.toString('utf8', HEADER_BYTES));
        return data;
      } catch (cause) {
        throw new UndecodableError('decoding: the value is no JSON', { cause });
      }
    },
    schemaAddressOf: async (type) => (await schemaOf(type)).address,
  };
};
