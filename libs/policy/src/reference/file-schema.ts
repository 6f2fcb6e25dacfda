import { z } from 'zod';
import { playbookSchema } from '../playbook.ts';

/** A JSON Schema node, as far as playbooks need one. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly unit?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly required?: readonly string[];
}

/** The whole document as JSON Schema. */
export const documentSchema = (): SchemaNode =>
  z.toJSONSchema(playbookSchema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;

/** A layer may leave out whatever a layer below it says. Lists are replaced whole, so what is in one stays complete. */
const partly = (node: SchemaNode): SchemaNode => {
  const { required: _required, ...rest } = node;
  const properties =
    node.properties && Object.fromEntries(Object.entries(node.properties).map(([key, child]) => [key, partly(child)]));
  const values =
    typeof node.additionalProperties === 'object' ? { additionalProperties: partly(node.additionalProperties) } : {};
  return { ...rest, ...values, ...(properties ? { properties } : {}) };
};

/** JSON Schema of one `playbook.yaml`, for editors: a layer, not the resolved document. */
export const fileSchema = (): object => {
  const { properties = {}, ...document } = partly(documentSchema());
  const overridable = {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(properties)
        .filter(([key]) => !['name', 'overrides', 'tenants'].includes(key))
        .map(([key]) => [key, { $ref: `#/properties/${key}` }]),
    ),
  };
  const byScope = (description: string | undefined) => ({
    type: 'object',
    description,
    additionalProperties: { $ref: '#/$defs/part' },
  });
  return {
    ...document,
    title: 'Sluice playbook',
    properties: {
      extends: {
        type: 'string',
        description: 'The playbook this one starts from; what it says more specifically wins',
      },
      abstract: { type: 'boolean', default: false, description: 'True: only others extend it' },
      ...properties,
      territories: {
        description: properties['territories']?.description,
        anyOf: [{ type: 'string', pattern: '\\.json$' }, properties['territories'] ?? {}],
      },
      overrides: {
        ...properties['overrides'],
        properties: Object.fromEntries(
          Object.entries(properties['overrides']?.properties ?? {}).map(([scope, { description }]) => [
            scope,
            byScope(description),
          ]),
        ),
      },
    },
    $defs: { part: overridable },
  };
};
