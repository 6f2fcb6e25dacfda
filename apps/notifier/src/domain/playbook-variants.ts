import { inForce, type Playbook, type Scope } from '@sluice/policy';

/** A playbook as it counts for a brand (for all of them where none is given), on every channel and for every intent it has overrides for. */
export const variantsOf = (playbook: Playbook, brand?: string): readonly Playbook[] => {
  const { overrides, tenants } = playbook;
  const brands = brand === undefined ? [...Object.keys(overrides.brand), ...Object.values(tenants).flat()] : [brand];
  const wide: readonly Scope[] = [
    ...(brand === undefined ? [{}] : []),
    ...[...new Set(brands)].map((name) => ({ brand: name })),
  ];
  const narrow = (scope: Scope): readonly Scope[] => [
    scope,
    ...Object.keys(overrides.channel).map((channel) => ({ ...scope, channel })),
    ...Object.keys(overrides.intent).map((intent) => ({ ...scope, intent })),
  ];
  return wide.flatMap(narrow).map((scope) => inForce(playbook, scope));
};
