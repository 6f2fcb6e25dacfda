import { canonicalJson } from '@sluice/kernel';
import { mergeLayers } from '../merge.ts';
import { parsePlaybook } from '../parse-playbook.ts';
import { playbookSchema, type Playbook } from '../playbook.ts';
import { isDocument, leavesOf, pointerOf, valueAt, type Document, type Path } from './document.ts';
import { layOver } from './lay-over.ts';
import { overridesFor, type Scope } from './overrides-for.ts';
import { stricterFor } from './safety-keys.ts';

/** One document of an `extends` chain, as it was written. */
export interface Layer {
  readonly name: string;
  readonly document: Document;
}

export interface EffectiveValue {
  /** JSON pointer into the playbook. */
  readonly pointer: string;
  readonly value: unknown;
  /** What set it: a playbook of the chain, `brand acme`, several joined by ` + `, or `default` where no layer says anything. */
  readonly layer: string;
  /** True where the strictest layer wins instead of the narrowest. */
  readonly safety: boolean;
  /** What other layers say, from the widest to the narrowest. */
  readonly others: readonly { readonly layer: string; readonly value: unknown }[];
}

export interface Effective {
  readonly playbook: Playbook;
  readonly values: readonly EffectiveValue[];
}

interface Step {
  readonly layer: string;
  readonly said: Document;
  readonly after: Document;
}

const same = (a: unknown, b: unknown): boolean =>
  a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b));

const asDocument = (value: unknown): Document => (isDocument(value) ? value : {});

const DEFAULTS = 'default';

const extended = (layers: readonly Layer[]): readonly Step[] =>
  layers.reduce<readonly Step[]>(
    (steps, { name, document }) => [
      ...steps,
      { layer: name, said: document, after: asDocument(mergeLayers(steps.at(-1)?.after ?? {}, document)) },
    ],
    [],
  );

const overridden = (base: Playbook, scope: Scope): readonly Step[] =>
  overridesFor(base, scope).reduce<readonly Step[]>(
    (steps, { layer, part }) => [...steps, { layer, said: part, after: layOver(steps.at(-1)?.after ?? base, part) }],
    [],
  );

/** Who set the value that stands at a path in the end. */
const setterOf = (steps: readonly Step[], path: Path): string => {
  let setter = DEFAULTS;
  let before: unknown;
  for (const { layer, said, after } of steps) {
    const [now, own] = [valueAt(after, path), valueAt(said, path)];
    const isFilledIn = layer === DEFAULTS && before !== undefined;
    if (!same(now, before) && !isFilledIn)
      setter = own === undefined || same(now, own) || before === undefined ? layer : `${setter} + ${layer}`;
    else if (own !== undefined && !stricterFor(path)) setter = layer;
    before = now;
  }
  return setter;
};

const othersAt = (steps: readonly Step[], path: Path, setter: string): EffectiveValue['others'] =>
  steps.flatMap(({ layer, said }) => {
    const value = valueAt(said, path);
    return value === undefined || setter.split(' + ').includes(layer) ? [] : [{ layer, value }];
  });

const NOT_SHOWN = ['overrides', 'tenants'];

/** The playbook that counts for a scope, and for each of its values the layer that set it. @throws PlaybookError */
export const effectiveOf = (layers: readonly Layer[], scope: Scope = {}): Effective => {
  const chain = extended(layers);
  const base = parsePlaybook(chain.at(-1)?.after ?? {});
  const steps = [...chain, { layer: DEFAULTS, said: {}, after: base }, ...overridden(base, scope)];
  const playbook = playbookSchema.parse(steps.at(-1)?.after);
  const values = leavesOf(playbook)
    .filter(({ path }) => !NOT_SHOWN.includes(path[0] ?? ''))
    .map(({ path, value }): EffectiveValue => {
      const layer = setterOf(steps, path);
      return {
        pointer: pointerOf(path),
        value,
        layer,
        safety: stricterFor(path) !== null,
        others: othersAt(steps, path, layer),
      };
    });
  return { playbook, values };
};
