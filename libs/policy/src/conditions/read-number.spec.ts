import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readNumber, readTruth } from './read-number.ts';

describe('a number that was sent as text', () => {
  it.each([
    ['100', 100],
    [' 42 ', 42],
    ['-5', -5],
    ['−5', -5],
    ['+7', 7],
    ['007', 7],
    ['0', 0],
    ['0.5', 0.5],
    ['.5', 0.5],
    ['1,5', 1.5],
    ['100.', 100],
    ['1e3', 1_000],
    ['1.5E+3', 1_500],
    ['50k', 50_000],
    ['50 K', 50_000],
    ['50K+', 50_000],
    ['1.2m', 1_200_000],
    ['1,2 Mio. €', 1_200_000],
    ['3 million dollars', 3_000_000],
    ['2 Mrd', 2_000_000_000],
    ['3 lakh', 300_000],
    ['12,34,567', 1_234_567],
    ['25,000', 25_000],
    ['25.000', 25_000],
    ['25.000 €', 25_000],
    ['€25.000,00', 25_000],
    ['25.000,-', 25_000],
    ['1.234.567', 1_234_567],
    ['1,234,567.89', 1_234_567.89],
    ['1.234.567,89', 1_234_567.89],
    ['0.125', 0.125],
    ['0,125', 0.125],
    ['12.34', 12.34],
    ['$ 1,200.00', 1_200],
    ['$1,200.00 USD', 1_200],
    ['US$ 500', 500],
    ['EUR 1200', 1_200],
    ['CHF 1’200.50', 1_200.5],
    ["1'200", 1_200],
    ['1 200,50', 1_200.5],
    ['1\u00a0200', 1_200],
    ['1\u202f200\u202f€', 1_200],
    ['1_200', 1_200],
    ['10–20', 10],
    ['10-99', 10],
    ['10 - 20 k', 10_000],
    ['10k–20k', 10_000],
    ['1 to 2 million', 1_000_000],
    ['500 bis 1.000 EUR', 500],
    ['$10,000 – $25,000', 10_000],
    ['> 10k', 10_000],
    ['over 500', 500],
    ['at least 20 people', 20],
    ['about 50', 50],
    ['ca. 25k €', 25_000],
    ['~40', 40],
    ['1,200 employees', 1_200],
    ['200 seats', 200],
    ['500 € / Monat', 500],
    ['500 per month', 500],
    ['25%', 25],
    ['１００', 100],
    ['٢٥', 25],
  ])('%j is %d', (text, number) => {
    expect(readNumber(text)).toBe(number);
  });

  it.each([
    ['nothing', ''],
    ['blanks', '  '],
    ['words', 'call us'],
    ['a number in words', 'twenty'],
    ['what it is below', 'under 10k'],
    ['what it is at most', 'up to 500'],
    ['the same by a sign', '< 10k'],
    ['two numbers', '5 offices, 200 seats'],
    ['a number and its doubt', 'about 50 (maybe 60)'],
    ['a range the wrong way round', '20-10'],
    ['a date', '2026-11-25'],
    ['another date', '25/11/2026'],
    ['a time', '10:30'],
    ['a version', '1.2.3'],
    ['an address', '10.0.0.1'],
    ['groups that are none', '1,23,4'],
    ['groups of no size', '1 2 3'],
    ['a mark that parts nothing', '1,2,3'],
    ['a telephone number', '+1 415 555 0100'],
    ['a scale that means two things', '2 mil'],
    ['a letter that may be a scale', '50 t'],
    ['a code', 'A100'],
    ['a number with letters in it', '10x20'],
    ['hexadecimal', '0x10'],
    ['what is too large to be one', '1e999'],
    ['no number', 'NaN'],
    ['endlessness', 'Infinity'],
    ['a sum', '5+5'],
    ['a long text', `5 ${'seats '.repeat(30)}`],
  ])('%s is none', (_what, text) => {
    expect(readNumber(text)).toBeNull();
  });

  it('is what docs/playbooks.md says it is', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/playbooks.md'), 'utf8');
    const rows = page.split('| as it was sent |')[1]?.split('\n\n')[0]?.split('\n').slice(2) ?? [];
    const told = rows.flatMap((row) => {
      const [, sent = '', read = ''] = row.split('|');
      const numbers = read.split(',').map((number) => (read.includes('no number') ? null : Number(number)));
      return [...sent.matchAll(/`([^`]+)`/gu)].map(([, text = ''], at) => ({ text, number: numbers[at] ?? null }));
    });
    expect(told.length).toBeGreaterThan(25);
    expect(told.map(({ text }) => ({ text, number: readNumber(text) }))).toEqual(told);
  });

  it('is what was written, whatever marks the writer parts it by', () => {
    const styles = fc.constantFrom(
      { locale: 'en-US', unit: ' $' },
      { locale: 'de-DE', unit: ' €' },
      { locale: 'fr-FR', unit: '' },
      { locale: 'de-CH', unit: ' CHF' },
      { locale: 'en-IN', unit: ' INR' },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.integer({ min: 0, max: 99 }),
        styles,
        (whole, cents, style) => {
          const value = Math.sign(whole || 1) * (Math.abs(whole) + cents / 100);
          const digits = cents === 0 ? 0 : 2;
          const written = value.toLocaleString(style.locale, {
            minimumFractionDigits: digits,
            maximumFractionDigits: 2,
          });
          expect(readNumber(written + style.unit)).toBeCloseTo(value, 6);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('ends soon, whatever was written', () => {
    const before = performance.now();
    for (const unit of ['1 ', '1.', '1,', '$', 'ca ', '1k', '1-', 'EUR ', '1 2', '> '])
      for (let times = 0; times < 1_000; times += 1) readNumber(unit.repeat(40));
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});

describe('yes and no that were sent as text', () => {
  it.each([
    ['true', true],
    [' Yes ', true],
    ['on', true],
    ['1', true],
    ['Ja', true],
    ['false', false],
    ['No', false],
    ['0', false],
    ['off', false],
    ['maybe', null],
    ['', null],
  ])('%j is %s', (text, truth) => {
    expect(readTruth(text)).toBe(truth);
  });
});
