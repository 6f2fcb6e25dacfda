export { aQuestion, memoryStores } from './a-question.ts';
export {
  startScriptedModelServer,
  type ScriptedModelServer,
  type SeenRequest,
  type ServerStep,
} from './scripted-model-server.ts';
