import type { Fault } from '../faults/fault.ts';
import type { Playbook } from '../playbook.ts';
import { pointerOf, type Document } from './document.ts';
import { overridesFor, type Override, type Scope } from './overrides-for.ts';

/** More than a person can have meant; each is tried when a playbook is read. */
const MOST_COMBINATIONS = 400;

/** What no override may touch: which playbook it is, and the steps that hold it back. */
const FIXED: readonly (readonly [string, string?])[] = [['name'], ['overrides'], ['tenants'], ['rollout', 'phases']];

const isSet = (part: Document, [first, second]: readonly [string, string?]): boolean => {
  const value = part[first];
  return second === undefined ? value !== undefined : typeof value === 'object' && value !== null && second in value;
};

export interface PlacedOverride extends Override {
  readonly pointer: string;
}

const placed = (override: Override): PlacedOverride => {
  const [scope = '', ...name] = override.layer.split(' ');
  return { ...override, pointer: pointerOf(['overrides', scope, name.join(' ')]) };
};

const allOverrides = ({ overrides }: Playbook): readonly PlacedOverride[] =>
  Object.entries(overrides).flatMap(([scope, byName]) =>
    Object.entries(byName).map(([name, part]) => placed({ layer: `${scope} ${name}`, part: part ?? {} })),
  );

const fixedFaults = (overrides: readonly PlacedOverride[]): readonly Fault[] =>
  overrides.flatMap(({ pointer, part }) =>
    FIXED.filter((path) => isSet(part, path)).map((path) => ({
      pointer,
      message: `${path.join('.')} can't be overridden`,
    })),
  );

const unreachable = ({ overrides, tenants, taxonomy }: Playbook): readonly Fault[] => {
  const keys = [...taxonomy.categories.map(({ name }) => name), ...(taxonomy.axes.intent?.values ?? [])];
  return [
    ...Object.keys(overrides.tenant)
      .filter((tenant) => !tenants[tenant]?.length)
      .map((tenant) => ({
        pointer: pointerOf(['overrides', 'tenant', tenant]),
        message: 'no brand belongs to this tenant: name them in tenants',
      })),
    ...Object.keys(overrides.intent)
      .filter((intent) => !keys.includes(intent))
      .map((intent) => ({
        pointer: pointerOf(['overrides', 'intent', intent]),
        message: `"${intent}" is neither an intent nor a category`,
      })),
  ];
};

const scopesOf = ({ overrides, tenants }: Playbook): readonly Scope[] => {
  const brands = [...new Set([...Object.keys(overrides.brand), ...Object.values(tenants).flat()])];
  const orNone = <Key extends keyof Scope>(key: Key, values: readonly string[]): readonly Scope[] => [
    {},
    ...values.map((value) => ({ [key]: value })),
  ];
  return orNone('brand', brands).flatMap((brand) =>
    orNone('channel', Object.keys(overrides.channel)).flatMap((channel) =>
      orNone('intent', Object.keys(overrides.intent)).map((intent) => ({ ...brand, ...channel, ...intent })),
    ),
  );
};

/** Every set of overrides that can meet on one inquiry. */
export const scopeCombinations = (
  playbook: Playbook,
): { readonly combinations: readonly (readonly PlacedOverride[])[]; readonly faults: readonly Fault[] } => {
  const faults = [...fixedFaults(allOverrides(playbook)), ...unreachable(playbook)];
  const scopes = scopesOf(playbook);
  if (scopes.length > MOST_COMBINATIONS)
    return {
      combinations: [],
      faults: [
        ...faults,
        {
          pointer: '/overrides',
          message: `${scopes.length} combinations of overrides; ${MOST_COMBINATIONS} are allowed`,
        },
      ],
    };
  return {
    combinations:
      faults.length > 0
        ? []
        : scopes.map((scope) => overridesFor(playbook, scope).map(placed)).filter((overrides) => overrides.length > 0),
    faults,
  };
};
