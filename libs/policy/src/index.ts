export { contextOf } from './conditions/condition-context.ts';
export { evaluate, holds, testCondition, type ConditionContext, type ConditionKind } from './conditions/condition.ts';
export { mentions } from './conditions/mentions.ts';
export { shownInput } from './conditions/shown-input.ts';
export { FOR_A_PERSON, pathOf, type DecisionPath } from './decision-path.ts';
export { diffPlaybooks, type PlaybookChange } from './diff/diff-playbooks.ts';
export { mergeLayers } from './merge.ts';
export { parsePlaybook, playbookHashOf, PlaybookError, storedPlaybook } from './parse-playbook.ts';
export { bareMessageId, facadeTerms, sourceOf, type SourceTerms } from './facade-terms.ts';
export type { Fault } from './faults/fault.ts';
export { playbookSchema, type Owner, type Playbook, type Pool, type Route, type Rubric } from './playbook.ts';
export { effectiveOf, type Effective, type EffectiveValue, type Layer } from './resolve/effective.ts';
export { inForce } from './resolve/in-force.ts';
export { intentKey } from './resolve/intent-key.ts';
export { variantOf } from './resolve/variant-of.ts';
export type { Scope } from './resolve/overrides-for.ts';
export type { Facade } from './schema/facades.ts';
export type { Axis } from './schema/taxonomy.ts';
export { editSource, type SourceEdit } from './source/edit-source.ts';
export {
  faultLine,
  headOf,
  readSources,
  type LocatedFault,
  type PlaybookSourceText,
  type ReadPlaybook,
} from './source/read-sources.ts';
export { dueAt, elapsed, isOpen, nextOpen, type Instant } from './calendar/business-time.ts';
export { namedCalendar } from './calendar/named-calendar.ts';
export { alwaysOpen, calendarSchema, type Calendar } from './schema/calendar.ts';
export { slaTermsSchema, termsOf, type SlaTerms } from './sla-terms.ts';
export { slaSignals, type SlaAction, type SlaSignal, type SlaStep } from './schema/sla.ts';
export { ANY_COUNTRY } from './schema/routing.ts';
export { poolSchema } from './schema/pools.ts';
export { renderMessage, type MessageTemplate, type RenderedMessage } from './templates/render-message.ts';
export type { TemplateValues } from './templates/variables.ts';
