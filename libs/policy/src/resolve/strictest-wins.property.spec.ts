import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlaybook } from '../parse-playbook.ts';
import { aDocument } from '../testing/a-document.ts';
import { fieldsOf } from '../reference/fields.ts';
import { documentSchema } from '../reference/file-schema.ts';
import { leavesOf, pointerOf, valueAt, type Path } from './document.ts';
import { inForce } from './in-force.ts';
import { safetyKeys, stricterFor, type Stricter } from './safety-keys.ts';

const share = fc.integer({ min: 0, max: 100 }).map((hundredth) => hundredth / 100);
const orNull = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null });
const day = fc.integer({ min: 1, max: 365 });
const some = <T extends string>(...words: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...words]);

/** What a layer may say of safety keys: of each, anything or nothing. */
const part = fc.record(
  {
    gates: fc.record(
      {
        reviewBelow: share,
        route: orNull(share),
        priority: orNull(share),
        autoSend: orNull(share),
        path: fc.constantFrom('human', 'suggest', 'auto'),
        minWords: fc.integer({ min: 0, max: 20 }),
        lowConfidence: share,
        neverAutoSendWith: some('legal', 'refund'),
        autoSendWithin: orNull(fc.constantFrom('always')),
        byIntent: fc.record(
          {
            lead: fc.record(
              { autoSend: orNull(share), reviewBelow: share, path: fc.constantFrom('human', 'suggest', 'auto') },
              { requiredKeys: [] },
            ),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    ),
    retention: fc.record(
      { rawDays: day, auditDays: orNull(day), pii: fc.constantFrom('full', 'encrypted', 'hash_domain') },
      { requiredKeys: [] },
    ),
    redaction: fc.record({ classes: some('email', 'phone', 'card') }, { requiredKeys: [] }),
    acknowledgement: fc.record(
      { allow: some('lead', 'billing'), never: some('legal', 'billing') },
      { requiredKeys: [] },
    ),
    rollout: fc.record({ phase: orNull(fc.constantFrom('first', 'second')), shadowDays: day }, { requiredKeys: [] }),
    sinks: fc.record(
      { crm: fc.record({ mode: fc.constantFrom('off', 'propose', 'sandbox', 'live') }, { requiredKeys: [] }) },
      { requiredKeys: [] },
    ),
    model: fc.record({ dailyBudgetUsd: day }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

const scopes = ['tenant', 'brand', 'channel', 'intent'] as const;
const names = { tenant: 'acme', brand: 'acme-eu', channel: 'mail', intent: 'lead' } as const;
const asked = { brand: 'acme-eu', channel: 'mail', intent: 'lead' };

const playbookOf = (parts: readonly object[]) =>
  parsePlaybook(
    aDocument({
      taxonomy: { flags: [{ name: 'legal' }, { name: 'refund' }] },
      gates: { reviewBelow: 0.4, autoSend: 0.6, byIntent: { lead: { autoSend: 0.5 } } },
      rollout: { phase: 'second', phases: [{ name: 'first' }, { name: 'second' }] },
      acknowledgement: { allow: ['lead', 'billing'] },
      sinks: { slack: { mode: 'live' }, crm: { mode: 'live' } },
      tenants: { acme: ['acme-eu'] },
      overrides: Object.fromEntries(scopes.map((scope, at) => [scope, { [names[scope]]: parts[at] ?? {} }])),
    }),
  );

type Compare = (counts: unknown, said: unknown) => boolean;
const atLeast: Compare = (counts, said) => said === null || (counts !== null && Number(counts) >= Number(said));
const atMost: Compare = (counts, said) => said === null || (counts !== null && Number(counts) <= Number(said));
const neverOrAtLeast: Compare = (counts, said) => counts === null || (said !== null && Number(counts) >= Number(said));
const includes: Compare = (counts, said) =>
  (said as readonly unknown[]).every((one) => (counts as readonly unknown[]).includes(one));
const within: Compare = (counts, said) => includes(said, counts);
const noFurtherThan =
  (...order: readonly unknown[]): Compare =>
  (counts, said) =>
    said === null || (counts !== null && order.indexOf(counts) <= order.indexOf(said));
const isKept: Compare = (counts, said) => said === null || counts !== null;
const path = noFurtherThan('human', 'suggest', 'auto');

/** What stricter means, in the words of the requirements and by another road than the code's: of each key that a layer may say above. */
const meaning: Readonly<Record<string, Compare>> = {
  'gates.reviewBelow': atLeast,
  'gates.route': atLeast,
  'gates.priority': atLeast,
  'gates.minWords': atLeast,
  'gates.lowConfidence': atMost,
  'gates.autoSend': neverOrAtLeast,
  'gates.path': path,
  'gates.neverAutoSendWith': includes,
  'gates.autoSendWithin': isKept,
  'gates.byIntent.lead.autoSend': neverOrAtLeast,
  'gates.byIntent.lead.reviewBelow': atLeast,
  'gates.byIntent.lead.path': path,
  'retention.rawDays': atMost,
  'retention.auditDays': atMost,
  'retention.pii': noFurtherThan('hash_domain', 'encrypted', 'full'),
  'redaction.classes': includes,
  'acknowledgement.allow': within,
  'acknowledgement.never': includes,
  'rollout.phase': noFurtherThan('first', 'second'),
  'rollout.shadowDays': atLeast,
  'sinks.crm.mode': noFurtherThan('off', 'propose', 'sandbox', 'live'),
  'model.dailyBudgetUsd': atMost,
};
const isAtLeastAsStrict = (key: string, counts: unknown, said: unknown): boolean =>
  meaning[key]?.(counts, said) ?? false;

/** What a layer says: each key with its value. */
const saidIn = (layer: object): readonly { readonly key: string; readonly value: unknown }[] =>
  leavesOf(layer)
    .filter(
      ({ path: at, value }) => at.length > 0 && !(typeof value === 'object' && value !== null && !Array.isArray(value)),
    )
    .map(({ path: at, value }) => ({ key: at.join('.'), value }));

const safetyLeaves = (
  document: object,
): readonly { readonly path: Path; readonly value: unknown; readonly how: Stricter }[] =>
  leavesOf(document).flatMap(({ path, value }) => {
    const how = stricterFor(path);
    return how ? [{ path, value, how }] : [];
  });

describe('where layers disagree on safety', () => {
  const four = fc.tuple(part, part, part, part);

  it('the strictest wins: what counts is at least as strict as what any layer says', () => {
    fc.assert(
      fc.property(four, (parts) => {
        const playbook = playbookOf(parts);
        const counts = inForce(playbook, asked);
        const below = saidIn(playbook).filter(({ key }) => key in meaning);
        expect(below.length).toBeGreaterThan(15);
        for (const { key, value } of [...below, ...parts.flatMap(saidIn)])
          expect([key, value, isAtLeastAsStrict(key, valueAt(counts, key.split('.')), value)]).toEqual([
            key,
            value,
            true,
          ]);
      }),
      { numRuns: 150 },
    );
  });

  it('and it does not matter which layer says what', () => {
    fc.assert(
      fc.property(four, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (parts, order) => {
        const safety = (playbook: ReturnType<typeof playbookOf>) =>
          safetyLeaves(inForce(playbook, asked))
            .map(({ path, value }) => [pointerOf(path), Array.isArray(value) ? [...value].sort() : value])
            .sort();
        expect(safety(playbookOf(order.map((at) => parts[at] ?? {})))).toEqual(safety(playbookOf(parts)));
      }),
      { numRuns: 100 },
    );
  });

  it('and the row of an intent is never freer than what is said for all by an override', () => {
    fc.assert(
      fc.property(four, (parts) => {
        const { gates } = inForce(playbookOf(parts), asked);
        const said = parts.flatMap((one) => (one.gates && 'autoSend' in one.gates ? [one.gates.autoSend] : []));
        for (const value of said) expect(neverOrAtLeast(gates.byIntent['lead']?.autoSend, value)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('guards every threshold, every retention, what is redacted, and whatever may go out by itself', () => {
    const SAFETY =
      /^(?:gates\.(?:byIntent\.<name>\.)?(?:reviewBelow|route|priority|autoSend|path)|gates\.deal\.minConfidence|retention\.\w+Days|redaction\.classes|acknowledgement\.(?:allow|never)|sinks\.\w+\.mode|rollout\.phase)$/u;
    const found = fieldsOf(documentSchema())
      .map(({ path: name }) => name)
      .filter((name) => SAFETY.test(name));
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter((name) => stricterFor(name.split('.')) === null)).toEqual([]);
  });

  it('guards keys that exist', () => {
    const paths = fieldsOf(documentSchema()).map(({ path }) => path.split('.'));
    const fits = (pattern: readonly string[], path: readonly string[]) =>
      pattern.length === path.length && pattern.every((part, at) => part === path[at] || part === '*');
    expect(Object.keys(safetyKeys).filter((key) => !paths.some((path) => fits(key.split('.'), path)))).toEqual([]);
  });
});
