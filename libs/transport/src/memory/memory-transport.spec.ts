import { createMemoryTransport } from './memory-transport.ts';
import { MemoryLog } from './memory-log.ts';
import { transportSuite } from '../transport.suite.ts';

const log = new MemoryLog({ partitions: 2 });
transportSuite('memory', { connect: async () => createMemoryTransport(log), createTopic: async () => undefined });
