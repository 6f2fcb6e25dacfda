import type { z } from 'zod';

/** One event, ready to be written: data only, nothing has happened yet. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  /** The contract's name, which is also its topic: `inquiry.scored.v1`. */
  readonly type: Type;
  /** Orders the event within its topic. Never holds personal data. */
  readonly key: string;
  /** The inquiry it is about (`ce_subject`). */
  readonly subject: string;
  readonly data: Data;
}

/** One version of one event: its topic, its shape, and the key that orders it. */
export interface EventContract<Type extends string, Data> {
  readonly type: Type;
  readonly schema: z.ZodType<Data>;
  /** @throws ZodError naming the path of what does not fit. Unknown fields are ignored, so that writers may be newer. */
  parse(input: unknown): Data;
  of(data: Data): DomainEvent<Type, Data>;
}

interface ContractSpec<Data> {
  readonly schema: z.ZodType<Data>;
  /** Accepts what `schema` accepts at less cost, where there is such a one; it is never published. */
  readonly reading?: z.ZodType<NoInfer<Data>>;
  readonly key: (data: NoInfer<Data>) => string;
  readonly subject: (data: NoInfer<Data>) => string;
}

/** Declares one version of one event. The type is the topic's name and ends in `.v<number>`. */
export const contract = <const Type extends string, Data>(
  type: Type,
  { schema, reading = schema, key, subject }: ContractSpec<Data>,
): EventContract<Type, Data> => ({
  type,
  schema,
  parse: (input) => reading.parse(input),
  of: (input) => {
    const data = reading.parse(input);
    return { type, key: key(data), subject: subject(data), data };
  },
});

/** The data of a contract. */
export type DataOf<C> = C extends EventContract<string, infer Data> ? Data : never;
