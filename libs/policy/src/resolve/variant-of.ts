import type { Playbook } from '../playbook.ts';
import { overridesFor, type Scope } from './overrides-for.ts';

/** A name for what some parts of a playbook say for a scope: the playbook's own where no override of that scope touches them. */
export const variantOf = (playbook: Playbook, scope: Scope, parts: readonly (keyof Playbook)[]): string => {
  const layers = overridesFor(playbook, scope)
    .filter(({ part }) => parts.some((name) => name in part))
    .map(({ layer }) => layer);
  return layers.length === 0 ? playbook.name : `${playbook.name} (${layers.join(', ')})`;
};
