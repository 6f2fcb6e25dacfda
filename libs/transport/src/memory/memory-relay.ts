import { TransientError } from '@sluice/kernel';
import type { MemoryLog } from './memory-log.ts';
import type { RelayProducer } from '../kafka/relay-producer.ts';

const holders = new WeakMap<MemoryLog, Map<string, symbol>>();

/** The relay on a memory log: whoever opens last holds it, and the position is a committed offset there too. */
export const createMemoryRelay = (log: MemoryLog, name: string): RelayProducer => {
  const me = Symbol(name);
  const at = { topic: name, partition: 0 };
  const held = holders.get(log) ?? new Map<string, symbol>();
  holders.set(log, held);
  return {
    async open() {
      held.set(name, me);
      const position = log.committed(name, at);
      return position === 0n ? null : position;
    },
    async publish(records, next) {
      if (held.get(name) !== me) throw new TransientError('publishing: another holds the relay');
      log.commit(name, at, next);
      log.append(records);
    },
    async close() {
      if (held.get(name) === me) held.delete(name);
    },
  };
};
