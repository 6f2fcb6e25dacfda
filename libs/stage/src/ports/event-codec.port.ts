/** Puts an event's JSON into the registry's wire format (magic byte 0, four-byte schema id, JSON) and takes it out again. */
export interface EventCodec {
  /** `json` is not looked at: whoever made the event has validated it. @throws TransientError while the registry is away and the id of `type`'s schema is not known yet. */
  frame(type: string, json: string): Promise<Buffer>;
  /** The data of a record of `type`'s topic; its contract validates it. @throws UndecodableError when the bytes are not in the wire format. @throws UnknownSchemaError when they name a schema that the registry does not have. @throws TransientError while the registry is away. */
  decode(value: Buffer, type: string): Promise<unknown>;
  /** The registered schema's address for `ce_dataschema`, e.g. `<registry>/schemas/ids/7`. */
  schemaAddressOf(type: string): Promise<string>;
}

/** The bytes are no event: deterministic, so it is dead-lettered at once. */
export class UndecodableError extends Error {
  override readonly name = 'UndecodableError';
}

/** The registry does not have the schema that a record names: its writer is to blame, or the registry has lost it. */
export class UnknownSchemaError extends Error {
  override readonly name = 'UnknownSchemaError';
}
