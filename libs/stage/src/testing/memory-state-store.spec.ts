import { memoryStateStore } from './memory-state-store.ts';
import { stateStoreSuite } from './state-store.suite.ts';

stateStoreSuite('memory state store', { create: async () => memoryStateStore() });
