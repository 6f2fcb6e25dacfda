import { randomName } from '@sluice/testing';
import { relaySuite } from '../relay.suite.ts';
import { MemoryLog } from './memory-log.ts';
import { createMemoryRelay } from './memory-relay.ts';

relaySuite('memory', {
  async prepare() {
    const log = new MemoryLog();
    const topic = randomName('topic');
    return {
      topic,
      connect: (name) => createMemoryRelay(log, name),
      read: async () => log.records(topic).map(({ value }) => value?.toString() ?? ''),
      close: async () => undefined,
    };
  },
});
