import { isDocument, valueAt, type Document } from './document.ts';

/** For whom a playbook is asked. What is not known leaves its overrides out. */
export interface Scope {
  readonly brand?: string;
  readonly channel?: string;
  /** The intent, or the category where the playbook lists no intents. */
  readonly intent?: string;
}

export interface Override {
  /** `tenant acme`, `channel mail`. */
  readonly layer: string;
  readonly part: Document;
}

const tenantOf = (document: Document, brand: string | undefined): string | undefined =>
  Object.entries(isDocument(document['tenants']) ? document['tenants'] : {}).find(
    ([, brands]) => Array.isArray(brands) && brands.includes(brand),
  )?.[0];

/** The overrides that apply, from the widest to the narrowest. */
export const overridesFor = (document: Document, { brand, channel, intent }: Scope): readonly Override[] => {
  const names = [
    ['tenant', tenantOf(document, brand)],
    ['brand', brand],
    ['channel', channel],
    ['intent', intent],
  ] as const;
  return names.flatMap(([scope, name]) => {
    const part = name === undefined ? undefined : valueAt(document, ['overrides', scope, name]);
    return isDocument(part) ? [{ layer: `${scope} ${name}`, part }] : [];
  });
};
