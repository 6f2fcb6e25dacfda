import { TransientError } from '@sluice/kernel';
import { UndecodableError, UnknownSchemaError, type EventCodec } from '@sluice/stage';
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
      return { id, address: `/schemas/ids/${id}` };
    } catch (cause) {
      throw statusOf(cause) === NOT_FOUND
        ? new TransientError(`looking up the schema of ${type}: it is not registered; run the deploy step`, { cause })
        : unreachable(cause);
    }
  });

  const requireSchema = remembered(async (id: number): Promise<void> => {
    try {
      await registry.getSchema(id);
    } catch (cause) {
      throw statusOf(cause) === NOT_FOUND
        ? new UnknownSchemaError('decoding: the registry knows no schema of this id', { cause })
        : unreachable(cause);
    }
  });

  const knownIds = new Set<number>();
  /** Nearly always it is the id that we write ourselves. Another one is looked up, for which the library compiles its schema. */
  const requireKnown = async (id: number, type: string): Promise<void> => {
    const own = await schemaOf(type).catch(() => null);
    if (own?.id !== id) await requireSchema(id);
    knownIds.add(id);
  };

  return {
    async frame(type, json) {
      const { id } = await schemaOf(type);
      const bytes = Buffer.byteLength(json);
      const framed = Buffer.allocUnsafe(HEADER_BYTES + bytes);
      framed[0] = MAGIC_BYTE;
      framed.writeInt32BE(id, 1);
      framed.write(json, HEADER_BYTES, bytes, 'utf8');
      return framed;
    },
    async decode(value, type) {
      if (!isWireFormat(value)) throw new UndecodableError('decoding: the value does not begin with a schema id');
      const id = value.readInt32BE(1);
      if (!knownIds.has(id)) await requireKnown(id, type);
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
