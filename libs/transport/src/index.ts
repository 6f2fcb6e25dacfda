export { createKafkaTransport } from './kafka/kafka-transport.ts';
export type { KafkaOptions, TransportLogger } from './kafka/kafka-client.ts';
export { createMemoryTransport } from './memory/memory-transport.ts';
export { MemoryLog } from './memory/memory-log.ts';
export { provisionTopics } from './kafka/provision-topics.ts';
export { readRecords } from './kafka/read-records.ts';
export { createRegistryCodec } from './registry/registry-codec.ts';
export { registerSchemas, type SchemaToRegister } from './registry/register-schemas.ts';
