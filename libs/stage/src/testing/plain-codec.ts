import { UndecodableError, type EventCodec } from '../ports/event-codec.port.ts';

/** JSON without a registry. */
export const plainCodec = (): EventCodec => ({
  encode: async (_type, data) => Buffer.from(JSON.stringify(data)),
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
