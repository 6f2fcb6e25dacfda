import { playbookSchema, type Playbook } from '../playbook.ts';
import { layOver } from './lay-over.ts';
import { overridesFor, type Override, type Scope } from './overrides-for.ts';

const resolved = new WeakMap<Playbook, Map<string, Playbook>>();

const resolve = (playbook: Playbook, overrides: readonly Override[]): Playbook =>
  playbookSchema.parse(
    overrides.reduce((document, { part }) => layOver(document, part), playbook as Readonly<Record<string, unknown>>),
  );

/** The playbook as it counts for a scope. Its parser has tried every combination of overrides, so this one is sound. */
export const inForce = (playbook: Playbook, scope: Scope): Playbook => {
  const overrides = overridesFor(playbook, scope);
  if (overrides.length === 0) return playbook;
  const known = resolved.get(playbook) ?? new Map<string, Playbook>();
  resolved.set(playbook, known);
  const key = overrides.map(({ layer }) => layer).join('\n');
  const found = known.get(key) ?? resolve(playbook, overrides);
  known.set(key, found);
  return found;
};
