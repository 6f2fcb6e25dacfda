export { stageSpec } from './stage-spec.ts';
