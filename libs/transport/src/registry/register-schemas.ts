import confluent from '@kafkajs/confluent-schema-registry';
import { createRegistry, putToRegistry, type RegistryOptions } from './registry-client.ts';

export interface SchemaToRegister {
  /** The event's type, which is its topic; the subject is `<type>-value`. */
  readonly type: string;
  /** A JSON Schema, closed (`additionalProperties: false`). */
  readonly schema: object;
}

const COMPATIBILITY = 'BACKWARD_TRANSITIVE';
const OK = 200;
/** Subjects know nothing of each other; a registry that has just started is slow to answer each. */
const AT_A_TIME = 5;

/** The library sets compatibility after the first registration, which leaves a moment without it: set it first. */
const setCompatibility = async (options: RegistryOptions, subject: string): Promise<void> => {
  const status = await putToRegistry(options, `/config/${encodeURIComponent(subject)}`, {
    compatibility: COMPATIBILITY,
  });
  if (status !== OK) throw new Error(`setting the compatibility of ${subject}: the registry answered ${status}`);
};

/** Registers every schema under its subject. For the deploy step only. Repeating it changes nothing. @throws Error naming the subject that was refused. */
export const registerSchemas = async (
  options: RegistryOptions,
  schemas: readonly SchemaToRegister[],
): Promise<ReadonlyMap<string, number>> => {
  const registry = createRegistry(options);
  const ids = new Map<string, number>();
  const registerOne = async ({ type, schema }: SchemaToRegister): Promise<void> => {
    const subject = `${type}-value`;
    await setCompatibility(options, subject);
    try {
      const confluentSchema = { type: confluent.SchemaType.JSON, schema: JSON.stringify(schema) } as const;
      const { id } = await registry.register(confluentSchema, {
        subject,
        compatibility: confluent.COMPATIBILITY.BACKWARD_TRANSITIVE,
      });
      ids.set(type, id);
    } catch (cause) {
      throw new Error(
        `registering ${subject}: the registry refused it; it must stay readable by what was published before`,
        { cause },
      );
    }
  };
  for (let at = 0; at < schemas.length; at += AT_A_TIME)
    await Promise.all(schemas.slice(at, at + AT_A_TIME).map(registerOne));
  return ids;
};
