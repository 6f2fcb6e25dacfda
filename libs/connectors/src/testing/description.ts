import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';

/** A request as a simulator's journal has it. */
export interface Journaled {
  readonly method: string;
  /** Below the vendor's base address, with its query. */
  readonly path: string;
  readonly body: unknown;
}

interface Operation {
  readonly requestBody?: unknown;
}
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Whether a vendor's own published description has such an operation, and what it has against the body. */
export interface Description {
  /** Null where it does not describe the operation at all. */
  complaintsAbout(request: Journaled): readonly string[] | null;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&');
const patternOf = (template: string): RegExp =>
  new RegExp(
    `^${template
      .split(/\{[^}]+\}/u)
      .map(escaped)
      .join('[^/]+')}$`,
    'u',
  );
const pointerOf = (...parts: readonly string[]): string =>
  `#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;

const resolved = (document: object, node: unknown, at: string): { readonly node: unknown; readonly at: string } => {
  const { $ref: reference } = (node ?? {}) as { readonly $ref?: string };
  if (reference === undefined) return { node, at };
  const target = reference
    .slice(2)
    .split('/')
    .reduce<unknown>(
      (found, part) => (found as Record<string, unknown>)[part.replaceAll('~1', '/').replaceAll('~0', '~')],
      document,
    );
  return resolved(document, target, reference);
};

/** `nullable` beside no `type` is what OpenAPI 3.0 allows and JSON Schema does not know: such a schema takes null already. */
const asJsonSchema = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(asJsonSchema);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([name]) => name !== 'nullable' || 'type' in node);
  return Object.fromEntries(entries.map(([name, value]) => [name, asJsonSchema(value)]));
};

/** An OpenAPI 3 description, JSON or YAML. */
export const openApiDescription = (file: string): Description => {
  const text = readFileSync(file, 'utf8');
  const document = asJsonSchema(
    /\.ya?ml$/u.test(file) ? parse(text, { maxAliasCount: -1 }) : JSON.parse(text),
  ) as OpenApi;
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, validateSchema: false, logger: false });
  ajv.addSchema(document, 'vendor');
  const paths = Object.keys(document.paths)
    // The most literal first: /search before /{id}.
    .toSorted((one, other) => one.split('{').length - other.split('{').length)
    .map((template) => ({ template, pattern: patternOf(template) }));
  const validators = new Map<string, ValidateFunction | null>();

  const validatorFor = (template: string, method: string): ValidateFunction | null => {
    const at = pointerOf('paths', template, method, 'requestBody');
    const body = resolved(document, document.paths[template]?.[method]?.requestBody, at);
    const { content } = (body.node ?? {}) as { readonly content?: Readonly<Record<string, object>> };
    const [type] = Object.keys(content ?? {});
    return type === undefined
      ? null
      : ajv.compile({ $ref: `vendor${body.at}/content/${encodeURIComponent(type.replaceAll('/', '~1'))}/schema` });
  };

  return {
    complaintsAbout({ method, path, body }) {
      const [bare = ''] = path.split('?');
      const wanted = method.toLowerCase();
      const found = paths.find(({ template, pattern }) => pattern.test(bare) && document.paths[template]?.[wanted]);
      if (!found) return null;
      const key = `${wanted} ${found.template}`;
      const validate = validators.get(key) ?? validatorFor(found.template, wanted);
      validators.set(key, validate);
      if (!validate || validate(body)) return [];
      return (validate.errors ?? []).map(({ instancePath, message }) => `${key}${instancePath}: ${message ?? ''}`);
    },
  };
};

interface Discovery {
  readonly resources: Readonly<Record<string, unknown>>;
  readonly schemas: Readonly<Record<string, { readonly properties?: Readonly<Record<string, unknown>> }>>;
}
interface DiscoveryMethod {
  readonly httpMethod: string;
  readonly path: string;
  readonly request?: { readonly $ref: string };
}

const methodsIn = (node: unknown): readonly DiscoveryMethod[] => {
  const { methods = {}, resources = {} } = (node ?? {}) as {
    readonly methods?: Readonly<Record<string, DiscoveryMethod>>;
    readonly resources?: Readonly<Record<string, unknown>>;
  };
  return [...Object.values(methods), ...Object.values(resources).flatMap(methodsIn)];
};

/** A discovery document of Google's. */
export const discoveryDescription = (file: string): Description => {
  const document = JSON.parse(readFileSync(file, 'utf8')) as Discovery;
  const methods = methodsIn(document);
  return {
    complaintsAbout({ method, path, body }) {
      const bare = (path.split('?')[0] ?? '').replace(/^\//u, '');
      const found = methods.find((one) => one.httpMethod === method && patternOf(one.path).test(bare));
      if (!found) return null;
      const known = document.schemas[found.request?.$ref ?? '']?.properties ?? {};
      return Object.keys((body as object | null) ?? {})
        .filter((name) => !(name in known))
        .map((name) => `${found.path}: ${name} is no field of it`);
    },
  };
};
