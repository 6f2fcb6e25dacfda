import type { InquiryEnriched } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { inquiryOfCase } from '../cases/case-inquiry.ts';
import { casesOf } from '../cases/case.ts';
import { checkCondition } from './check-condition.ts';
import { contextOf } from './condition-context.ts';
import { evaluate, holds, testCondition, type ConditionContext } from './condition.ts';

type Metadata = InquiryEnriched['content']['metadata'];
const numbers = { least: 10_000 };
const contextWith = (metadata: Metadata, inquiry: object = {}): ConditionContext => {
  const [one] = casesOf([{ name: 'a case', inquiry: { ...inquiry, metadata }, expect: {} }]);
  if (!one) throw new Error('there is no case');
  return contextOf(inquiryOfCase(one), { lists: { plans: ['gold'] }, numbers });
};

describe('what a form sent as text', () => {
  const sent: readonly (readonly [string, Metadata[string]])[] = [
    ['a number', 25_000],
    ['a number as text', '25000'],
    ['with blanks', ' 25000 '],
    ['with a currency', '$ 25,000.00'],
    ['in another country', '25.000 €'],
    ['in short', '25k'],
    ['as a range', '25k–50k'],
    ['with an exponent', '2.5e4'],
  ];

  it.each(sent)('is compared as the number it says: %s', (_how, budget) => {
    const context = contextWith({ budget });
    const held = (text: string): boolean => holds('rule', text, context);
    expect(
      [
        'metadata.budget > 5000',
        'metadata.budget >= 25000',
        'metadata.budget >= 25000.0',
        'metadata.budget > numbers.least',
        'numbers.least < metadata.budget',
        'metadata.budget <= 25000',
        '!(metadata.budget < 25000)',
        'metadata.budget == 25000',
        'metadata.budget == 25000.0',
        '25000 == metadata.budget',
        'metadata.budget != 24999',
        'metadata.budget in [25000, 50000]',
        'metadata.budget in [25000.0]',
        'metadata.budget >= 20000 && metadata.budget < 30000',
        'amount(metadata.budget) == 25000.0',
        'has(metadata.budget) && metadata.budget > numbers.least',
      ].filter((text) => !held(text)),
    ).toEqual([]);
  });

  it('stays a text where a text is meant', () => {
    const context = contextWith({ plan: 'gold', zip: '01234', seats: '50k' });
    const held = (text: string): boolean => holds('rule', text, context);
    expect(
      [
        'metadata.plan == "gold"',
        'string(metadata.plan) in lists.plans',
        'metadata.zip == "01234"',
        'metadata.zip != "1234"',
        'metadata.zip.startsWith("01")',
        'mentions(string(metadata.seats), ["50k"])',
        'size(string(metadata.seats)) == 3',
        'metadata.seats in ["50k"]',
        'metadata.plan + metadata.zip == "gold01234"',
      ].filter((text) => !held(text)),
    ).toEqual([]);
  });

  it.each([
    ['ticked', true],
    ['ticked', 'true'],
    ['ticked', 'on'],
    ['ticked', 'Yes'],
    ['ticked', 1],
  ] as const)('is compared as yes: %s, %j', (_what, consent) => {
    const context = contextWith({ consent });
    expect([
      holds('rule', 'metadata.consent == true', context),
      holds('rule', 'metadata.consent != true', context),
      holds('rule', 'metadata.consent == false', context),
    ]).toEqual([true, false, false]);
  });

  it('is no number beside a word that the playbook looks for', () => {
    expect(testCondition('rule', 'metadata.size == "large"', contextWith({ size: 50 }))).toEqual({
      holds: false,
      fault: null,
    });
    expect(holds('rule', 'metadata.size == "50"', contextWith({ size: 50 }))).toBe(true);
    expect(holds('rule', 'metadata.size in ["50", "large"]', contextWith({ size: 50 }))).toBe(true);
  });
});

describe('a condition that can not be evaluated', () => {
  it.each([
    { text: 'metadata.budget > 5000', fault: 'metadata.budget > 5000 rests on a text that says no number' },
    { text: 'metadata.budget == 5000', fault: 'metadata.budget == 5000 rests on a text that says no number' },
    { text: 'metadata.budget != 5000', fault: 'metadata.budget != 5000 rests on a text that says no number' },
    { text: 'metadata.budget in [1, 2]', fault: 'metadata.budget in [1, 2] rests on a text that says no number' },
    { text: 'amount(metadata.budget) >= 0.0', fault: 'amount(metadata.budget) rests on a text that says no number' },
    {
      text: 'inquiry.words > 0.0 && metadata.budget < 1',
      fault: 'metadata.budget < 1 rests on a text that says no number',
    },
    { text: 'metadata.budget == true', fault: 'metadata.budget == true rests on a text that says neither yes nor no' },
    { text: 'metadata.seats > 5', fault: 'metadata.seats is not there' },
    { text: '!(metadata.seats > 5)', fault: 'metadata.seats is not there' },
    { text: 'metadata.blank > 5', fault: 'metadata.blank is not there' },
    { text: 'company.employees < 50.0', fault: 'company.employees is not there' },
    { text: 'metadata.budget * 2 > 5', fault: 'metadata.budget * 2 compares or joins what does not go together' },
    { text: 'metadata.budget && true', fault: 'metadata.budget is neither true nor false' },
    { text: 'metadata.budget', fault: 'gives a text, and neither true nor false' },
    { text: 'metadata.count', fault: 'gives a number, and neither true nor false' },
    { text: 'metadata[string(metadata.budget)] == 5', fault: 'metadata[string(metadata.budget)] is not there' },
  ])('does not hold, and says why without what was sent: $text', ({ text, fault }) => {
    const context = contextWith({ budget: 'call Ann on Monday', blank: ' ', count: 3 });
    expect(testCondition('rule', text, context)).toEqual({ holds: false, fault });
  });

  it('holds or does not where the rest decides it', () => {
    const context = contextWith({ budget: 'call us' });
    expect(testCondition('rule', 'metadata.budget > 5 || true', context)).toEqual({ holds: true, fault: null });
    expect(testCondition('rule', 'metadata.budget > 5 && false', context)).toEqual({ holds: false, fault: null });
  });

  it('knows what is not there where it is asked for', () => {
    const context = contextWith({ blank: '' });
    expect(testCondition('rule', 'has(metadata.blank) && metadata.blank > 5', context)).toEqual({
      holds: false,
      fault: null,
    });
    expect(testCondition('rule', 'has(company.employees) && company.employees > 5.0', context)).toEqual({
      holds: false,
      fault: null,
    });
    const known = contextWith({}, { employees: 7 });
    expect(holds('rule', 'has(company.employees) && company.employees > 5.0', known)).toBe(true);
  });

  it('gives no value where a value was asked for', () => {
    expect(evaluate('rubric', 'amount(metadata.budget)', contextWith({ budget: 'none' }))).toMatchObject({
      value: null,
    });
    expect(evaluate('rubric', 'amount(metadata.budget)', contextWith({ budget: '7' }))).toEqual({
      value: 7,
      fault: null,
    });
  });
});

describe('a condition that is checked before it is used', () => {
  const names = { lists: ['plans'], numbers: ['least'], reading: [], decision: {} };
  const faults = (text: string) =>
    checkCondition({ kind: 'rule', text, expected: 'bool' }, names, {}).map(({ message, offset }) => [message, offset]);

  it.each([
    { text: 'inquiry.subject > 5', fault: ['no such overload: string > int', 0] },
    {
      text: 'metadata.budget > "5000"',
      fault: ['compares letters and not numbers: write 5000 without quotation marks', 0],
    },
    {
      text: 'true && "10" <= metadata.a',
      fault: ['compares letters and not numbers: write 10 without quotation marks', 8],
    },
    { text: 'metadata.a < metadata.b', fault: ['may compare letters and not numbers: write amount(metadata.a)', 0] },
  ])('is refused where it would compare letters: $text', ({ text, fault }) => {
    expect(faults(text)).toEqual([fault]);
  });

  it.each([
    'metadata.budget > 5000',
    'metadata.day >= "monday"',
    'amount(metadata.a) < amount(metadata.b)',
    'metadata.a == "5"',
  ])('is accepted: %s', (text) => {
    expect(faults(text)).toEqual([]);
  });
});
