import { UndecodableError, type EventCodec } from '../ports/event-codec.port.ts';

/** JSON without a registry. */
export const plainCodec = (): EventCodec => ({
  frame: async (_type, json) => Buffer.from(json),
  async decode(value) {
    try {
      const data: unknown = JSON.parse(value.toString());
      return data;
    } catch (cause) {
      throw new UndecodableError('decoding: no JSON', { cause });
    }
  },
  schemaAddressOf: async (type) => `/schemas/${type}`,
});
