export { checkCondition, ConditionError, evaluate, holds, mentions, type ConditionContext, type ConditionKind } from './condition.ts';
export { mergeLayers } from './merge.ts';
export { parsePlaybook, playbookHashOf, PlaybookError } from './parse-playbook.ts';
export { playbookSchema, type Owner, type Playbook, type Pool, type Route, type Rubric } from './playbook.ts';
export { contextOf } from './condition-context.ts';
export { dueAt, elapsed, isOpen, nextOpen, type Instant } from './calendar/business-time.ts';
export { alwaysOpen, type Calendar } from './schema/calendar.ts';
export { slaTermsSchema, termsOf, type SlaTerms } from './sla-terms.ts';
export { slaSignals, type SlaAction, type SlaSignal, type SlaStep } from './schema/sla.ts';
