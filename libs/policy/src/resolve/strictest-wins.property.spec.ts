import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlaybook } from '../parse-playbook.ts';
import { aDocument } from '../testing/a-document.ts';
import { fieldsOf } from '../reference/fields.ts';
import { documentSchema } from '../reference/file-schema.ts';
import { leavesOf, pointerOf, valueAt, type Path } from './document.ts';
import { inForce } from './in-force.ts';
import { safetyKeys, stricterFor, type Stricter } from './safety-keys.ts';
import { stricterOf } from './stricter.ts';

const share = fc.integer({ min: 0, max: 100 }).map((hundredth) => hundredth / 100);
const orNull = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null });
const day = fc.integer({ min: 1, max: 365 });
const some = <T extends string>(...words: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...words]);

/** What a layer may say of safety keys: of each, anything or nothing. */
const part = fc.record({
  gates: fc.record({
    reviewBelow: share, route: orNull(share), priority: orNull(share), autoSend: orNull(share), path: fc.constantFrom('human', 'suggest', 'auto'),
    minWords: fc.integer({ min: 0, max: 20 }), lowConfidence: share, neverAutoSendWith: some('legal', 'refund'), autoSendWithin: orNull(fc.constantFrom('always')),
    byIntent: fc.record({ lead: fc.record({ autoSend: orNull(share), reviewBelow: share, path: fc.constantFrom('human', 'suggest', 'auto') }, { requiredKeys: [] }) }, { requiredKeys: [] }),
  }, { requiredKeys: [] }),
  retention: fc.record({ rawDays: day, auditDays: orNull(day), pii: fc.constantFrom('full', 'encrypted', 'hash_domain') }, { requiredKeys: [] }),
  redaction: fc.record({ classes: some('email', 'phone', 'card') }, { requiredKeys: [] }),
  acknowledgement: fc.record({ allow: some('lead', 'billing'), never: some('legal', 'billing') }, { requiredKeys: [] }),
  rollout: fc.record({ phase: orNull(fc.constantFrom('first', 'second')), shadowDays: day }, { requiredKeys: [] }),
  sinks: fc.record({ crm: fc.record({ mode: fc.constantFrom('off', 'propose', 'sandbox', 'live') }, { requiredKeys: [] }) }, { requiredKeys: [] }),
  model: fc.record({ dailyBudgetUsd: day }, { requiredKeys: [] }),
}, { requiredKeys: [] });

const scopes = ['tenant', 'brand', 'channel', 'intent'] as const;
const names = { tenant: 'acme', brand: 'acme-eu', channel: 'mail', intent: 'lead' } as const;
const asked = { brand: 'acme-eu', channel: 'mail', intent: 'lead' };

const playbookOf = (parts: readonly object[]) => parsePlaybook(aDocument({
  taxonomy: { flags: [{ name: 'legal' }, { name: 'refund' }] },
  gates: { reviewBelow: 0.4, autoSend: 0.6, byIntent: { lead: { autoSend: 0.5 } } },
  rollout: { phase: 'second', phases: [{ name: 'first' }, { name: 'second' }] },
  acknowledgement: { allow: ['lead', 'billing'] },
  sinks: { crm: { mode: 'live' } },
  tenants: { acme: ['acme-eu'] },
  overrides: Object.fromEntries(scopes.map((scope, at) => [scope, { [names[scope]]: parts[at] ?? {} }])),
}));

const isAtLeastAsStrict = (how: Stricter, value: unknown, than: unknown): boolean => {
  const phases = ['first', 'second'];
  const together = stricterOf(how, { below: value, above: than, phases });
  return Array.isArray(together) && Array.isArray(value) ? [...together].sort().join() === [...value].sort().join() : together === value;
};

const safetyLeaves = (document: object): readonly { readonly path: Path; readonly value: unknown; readonly how: Stricter }[] =>
  leavesOf(document).flatMap(({ path, value }) => {
    const how = stricterFor(path);
    return how ? [{ path, value, how }] : [];
  });

describe('where layers disagree on safety', () => {
  const four = fc.tuple(part, part, part, part);

  it('the strictest wins: what counts is at least as strict as what any layer says', () => {
    fc.assert(fc.property(four, (parts) => {
      const playbook = playbookOf(parts);
      const counts = inForce(playbook, asked);
      for (const layer of [playbook, ...parts]) {
        for (const { path, value, how } of safetyLeaves(layer)) {
          expect([pointerOf(path), isAtLeastAsStrict(how, valueAt(counts, path), value)]).toEqual([pointerOf(path), true]);
        }
      }
    }), { numRuns: 150 });
  });

  it('and it does not matter which layer says what', () => {
    fc.assert(fc.property(four, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (parts, order) => {
      const safety = (playbook: ReturnType<typeof playbookOf>) => safetyLeaves(inForce(playbook, asked)).map(({ path, value }) => [pointerOf(path), Array.isArray(value) ? [...value].sort() : value]).sort();
      expect(safety(playbookOf(order.map((at) => parts[at] ?? {})))).toEqual(safety(playbookOf(parts)));
    }), { numRuns: 100 });
  });

  it('and the row of an intent is never freer than what is said for all by an override', () => {
    fc.assert(fc.property(four, (parts) => {
      const { gates } = inForce(playbookOf(parts), asked);
      const said = parts.flatMap((one) => (one.gates && 'autoSend' in one.gates ? [one.gates.autoSend] : []));
      for (const value of said) expect(isAtLeastAsStrict('never-or-max', gates.byIntent['lead']?.autoSend, value)).toBe(true);
    }), { numRuns: 100 });
  });

  it('guards keys that exist', () => {
    const paths = fieldsOf(documentSchema()).map(({ path }) => path.split('.'));
    const fits = (pattern: readonly string[], path: readonly string[]) => pattern.length === path.length && pattern.every((part, at) => part === path[at] || part === '*');
    expect(Object.keys(safetyKeys).filter((key) => !paths.some((path) => fits(key.split('.'), path)))).toEqual([]);
  });
});
