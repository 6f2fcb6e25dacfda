export { checkCondition, ConditionError, evaluate, holds, mentions, type ConditionContext, type ConditionKind } from './condition.ts';
export { mergeLayers } from './merge.ts';
export { parsePlaybook, playbookHashOf, PlaybookError } from './parse-playbook.ts';
export { playbookSchema, type Owner, type Playbook, type Pool, type Route, type Rubric } from './playbook.ts';
export { poolSchema } from './schema/pools.ts';
export { contextOf } from './condition-context.ts';
