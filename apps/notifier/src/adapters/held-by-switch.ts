/**
 * Whether an engaged switch covers the effect `e`: SQL for a `where`. Asked by the statements that take an effect and that begin a call,
 * so that every process obeys from the moment the switch is stored, also for what it has leased before. A question to a provider sends
 * nothing, and is not held.
 */
export const heldBySwitch = (schema: string): string => `exists (
  select from "${schema}".switch s where s.engaged
    and (s.brands = '{}' or e.brand = any(s.brands))
    and (s.intents = '{}' or e.intent = any(s.intents))
    and (s.channels = '{}' or e.channel = any(s.channels))
    and (s.sinks = '{}' or e.kind = any(s.sinks) or e.kind || '/' || e.target = any(s.sinks)))`;
