import confluent from '@kafkajs/confluent-schema-registry';
import { createRegistry, putToRegistry, reasonOf, statusOf, type RegistryOptions } from './registry-client.ts';

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

/** What the registry says of a schema it won't have, or of us: asked again, it says the same. */
const REFUSALS: ReadonlySet<number | null> = new Set([401, 403, 409, 422]);
/** Registering twice changes nothing, and a registry that has just started loses a request now and then: it never answers it. */
const MAX_TRIES = 3;

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
  const register = async (subject: string, schema: object): Promise<number> => {
    const confluentSchema = { type: confluent.SchemaType.JSON, schema: JSON.stringify(schema) } as const;
    const wanted = { subject, compatibility: confluent.COMPATIBILITY.BACKWARD_TRANSITIVE } as const;
    for (let tries = 1; ; tries += 1)
      try {
        return (await registry.register(confluentSchema, wanted)).id;
      } catch (error) {
        const refused = REFUSALS.has(statusOf(error));
        if (!refused && tries < MAX_TRIES) continue;
        const why = refused
          ? 'the registry refused it; it must stay readable by what was published before'
          : `tried ${tries} times: ${reasonOf(error)}`;
        throw new Error(`registering ${subject}: ${why}`, { cause: error });
      }
  };
  const registerOne = async ({ type, schema }: SchemaToRegister): Promise<void> => {
    const subject = `${type}-value`;
    await setCompatibility(options, subject);
    ids.set(type, await register(subject, schema));
  };
  for (let at = 0; at < schemas.length; at += AT_A_TIME)
    await Promise.all(schemas.slice(at, at + AT_A_TIME).map(registerOne));
  return ids;
};
