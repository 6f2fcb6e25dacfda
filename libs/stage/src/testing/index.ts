export { memoryStateStore } from './memory-state-store.ts';
export { onePlaybook } from './one-playbook.ts';
export { poisonedStageSuite } from './poisoned-stage.suite.ts';
export { plainCodec } from './plain-codec.ts';
export { stageSpec } from './stage-spec.ts';
export { stateStoreSuite, type StateStoreUnderTest } from './state-store.suite.ts';
