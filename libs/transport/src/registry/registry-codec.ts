import { TransientError } from '@sluice/kernel';
import { UndecodableError, type EventCodec } from '@sluice/stage';
import { createRegistry, statusOf } from './registry-client.ts';

const MAGIC_BYTE = 0;
const HEADER_BYTES = 5;
const NOT_FOUND = 404;

const isWireFormat = (value: Buffer): boolean => value.length > HEADER_BYTES && value[0] === MAGIC_BYTE;

const unreachable = (cause: unknown): TransientError =>
  new TransientError('asking the schema registry: no usable answer', { cause });

const toDecodingError = (error: unknown): Error => {
  if (statusOf(error) === NOT_FOUND)
    return new UndecodableError('decoding: the registry knows no schema of this id', { cause: error });
  const isAnswerOfOurs = error instanceof Error && error.name.startsWith('ConfluentSchemaRegistry');
  return isAnswerOfOurs || error instanceof SyntaxError
    ? new UndecodableError('decoding: the value is not what its schema says', { cause: error })
    : unreachable(error);
};

/**
 * The registry's wire format through @kafkajs/confluent-schema-registry. The library asks for the latest id on every call; here
 * it is asked once per type, so a registry that is away hurts only the first sight of a type or an id.
 */
export const createRegistryCodec = ({ url }: { readonly url: string }): EventCodec => {
  const registry = createRegistry(url);
  const ids = new Map<string, Promise<number>>();

  const idOf = (type: string): Promise<number> => {
    const known = ids.get(type);
    if (known) return known;
    const asked = registry.getLatestSchemaId(`${type}-value`).catch((error: unknown) => {
      ids.delete(type);
      throw statusOf(error) === NOT_FOUND
        ? new TransientError(`looking up the schema of ${type}: it is not registered; run the deploy step`, {
            cause: error,
          })
        : unreachable(error);
    });
    ids.set(type, asked);
    return asked;
  };

  const compiled = new Map<number, Promise<void>>();

  /** Compiles a schema once. The library compiles it once for every caller that comes before the first is done: thousands, at the start of a backlog. */
  const ready = (id: number): Promise<void> => {
    const known = compiled.get(id);
    if (known) return known;
    const asked = registry.getSchema(id).then(
      () => undefined,
      (error: unknown) => {
        compiled.delete(id);
        throw error;
      },
    );
    compiled.set(id, asked);
    return asked;
  };

  return {
    async encode(type, data) {
      const id = await idOf(type);
      await ready(id).catch((error: unknown) => {
        throw unreachable(error);
      });
      return registry.encode(id, data);
    },
    async decode(value) {
      if (!isWireFormat(value)) throw new UndecodableError('decoding: the value does not begin with a schema id');
      try {
        await ready(value.readInt32BE(1));
        const data: unknown = await registry.decode(value);
        return data;
      } catch (error) {
        throw toDecodingError(error);
      }
    },
    schemaAddressOf: async (type) => `/schemas/ids/${await idOf(type)}`,
  };
};
