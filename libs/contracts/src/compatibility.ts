/** A JSON Schema, as far as ours go. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly [bound: string]: unknown;
}

const UPPER_BOUNDS = ['maximum', 'maxLength', 'maxItems'];
const LOWER_BOUNDS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'];

const alternativesOf = (schema: Schema): readonly Schema[] | null => schema.anyOf ?? schema.oneOf ?? null;
const typesOf = ({ type }: Schema): readonly string[] =>
  type === undefined ? [] : typeof type === 'string' ? [type] : type;
const valuesOf = (schema: Schema): readonly unknown[] | null =>
  schema.enum ?? ('const' in schema ? [schema.const] : null);

const objectFaults = (before: Schema, after: Schema, at: string): readonly string[] => {
  const [old, now] = [before.properties ?? {}, after.properties ?? {}];
  const added = (after.required ?? [])
    .filter((name) => !(before.required ?? []).includes(name))
    .map((name) => `${at}/${name}: became required, and older events lack it`);
  const kept = Object.entries(old).flatMap(([name, schema]) => {
    const next = now[name];
    if (next) return faultsBetween(schema, next, `${at}/${name}`);
    return after.additionalProperties === false ? [`${at}/${name}: was removed, and older events have it`] : [];
  });
  const [oldRest, newRest] = [before.additionalProperties, after.additionalProperties];
  const rest =
    typeof oldRest === 'object' && typeof newRest === 'object' ? faultsBetween(oldRest, newRest, `${at}/*`) : [];
  return [...added, ...kept, ...rest];
};

const boundFaults = (before: Schema, after: Schema, at: string): readonly string[] => {
  const tighter = (names: readonly string[], isTighter: (old: number, now: number) => boolean) =>
    names.filter((name) => {
      const now = after[name];
      const old = before[name];
      return typeof now === 'number' && (typeof old !== 'number' || isTighter(old, now));
    });
  const words = ['format', 'pattern'].filter((name) => after[name] !== undefined && after[name] !== before[name]);
  return [
    ...tighter(UPPER_BOUNDS, (old, now) => now < old),
    ...tighter(LOWER_BOUNDS, (old, now) => now > old),
    ...words,
  ].map((name) => `${at}: ${name} became stricter`);
};

const valueFaults = (before: Schema, after: Schema, at: string): readonly string[] => {
  const allowed = valuesOf(after);
  if (!allowed) return [];
  const was = valuesOf(before);
  if (!was) return [`${at}: is now one of a few values`];
  return was
    .filter((value) => !allowed.includes(value))
    .map((value) => `${at}: the value ${JSON.stringify(value)} was removed`);
};

const typeFaults = (before: Schema, after: Schema, at: string): readonly string[] => {
  const now = typesOf(after);
  if (now.length === 0) return [];
  return typesOf(before)
    .filter((type) => !now.includes(type) && !(type === 'integer' && now.includes('number')))
    .map((type) => `${at}: was ${type}, and is ${now.join(' or ')}`);
};

/** Every way in which an event that was valid before is not valid any more. Empty means: today's readers read all older events. */
export const faultsBetween = (before: Schema, after: Schema, at = ''): readonly string[] => {
  const next = alternativesOf(after);
  if (next) {
    return (alternativesOf(before) ?? [before])
      .filter((old) => !next.some((now) => faultsBetween(old, now, at).length === 0))
      .map(() => `${at}: one of its alternatives was removed`);
  }
  const old = alternativesOf(before);
  if (old) return old.flatMap((alternative) => faultsBetween(alternative, after, at));
  return [
    ...typeFaults(before, after, at),
    ...valueFaults(before, after, at),
    ...boundFaults(before, after, at),
    ...objectFaults(before, after, at),
    ...(before.items && after.items ? faultsBetween(before.items, after.items, `${at}/[]`) : []),
  ];
};
