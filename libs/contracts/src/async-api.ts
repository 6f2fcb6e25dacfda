import { headerNames } from './headers.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { topics, type TopicDeclaration } from './topics.ts';

const idOf = (name: string): string => name.replaceAll(/[^a-zA-Z0-9]+/g, '_');

const channelOf = ({
  name,
  description,
  keyedBy,
  partitions,
  retentionMs,
  cleanupPolicy,
  maxMessageBytes,
}: TopicDeclaration) => ({
  address: name,
  description: `${description} Keyed by ${keyedBy}.`,
  messages: { [idOf(name)]: { $ref: `#/components/messages/${idOf(name)}` } },
  bindings: {
    kafka: {
      topic: name,
      partitions,
      topicConfiguration: {
        'cleanup.policy': [cleanupPolicy],
        'retention.ms': retentionMs,
        'max.message.bytes': maxMessageBytes,
      },
      bindingVersion: '0.5.0',
    },
  },
});

const headers = {
  type: 'object',
  properties: Object.fromEntries(Object.values(headerNames).map((name) => [name, { type: 'string' }])),
  required: [headerNames.id, headerNames.specVersion, headerNames.source, headerNames.type],
};

/** A schema's own references start at its root, which is no longer the root once it lies in the document. */
const embedded = (schema: object, at: string): unknown =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/definitions/', `"#/${at}/definitions/`));

const messageOf = ({ name, description, contract }: TopicDeclaration) => ({
  name,
  summary: description,
  contentType: contract ? 'application/json' : 'application/octet-stream',
  ...(contract
    ? {
        headers,
        payload: {
          schemaFormat: 'application/schema+json;version=draft-07',
          schema: embedded(jsonSchemaOf(contract), `components/messages/${idOf(name)}/payload/schema`),
        },
      }
    : {}),
});

const byId = <Value>(value: (topic: TopicDeclaration) => Value): Readonly<Record<string, Value>> =>
  Object.fromEntries(topics.map((topic) => [idOf(topic.name), value(topic)]));

/** Every topic as AsyncAPI 3.1: for those who subscribe. Values are in the Confluent wire format. */
export const asyncApiDocument = (): object => ({
  asyncapi: '3.1.0',
  info: {
    title: 'Sluice events',
    version: '1.0.0',
    description: 'CloudEvents 1.0 in binary mode; each value is a zero byte, a four-byte schema id, and JSON.',
    license: { name: 'Apache-2.0' },
  },
  defaultContentType: 'application/json',
  channels: byId(channelOf),
  operations: byId(({ name }) => ({ action: 'receive', channel: { $ref: `#/channels/${idOf(name)}` } })),
  components: { messages: byId(messageOf) },
});
