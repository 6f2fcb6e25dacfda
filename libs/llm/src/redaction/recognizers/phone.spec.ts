import { describe, expect, it } from 'vitest';
import { COUNTED_AFTER, CURRENCIES_BEFORE, OTHER_NAMES, PHONE_LABELS, PHONE_WORDS } from './phone-words.ts';
import { findPhones } from './phone.ts';

const phonesIn = (text: string): readonly string[] => findPhones(text).map(({ start, end }) => text.slice(start, end));

/** Six digits: too few for a telephone number that nothing calls one. */
const SHORT = '339331';
/** A telephone number unless something claims it. */
const LONG = '4155550100';

it('the control: nothing calls the one a telephone number, and nothing claims the other', () => {
  expect([phonesIn(`it is ${SHORT}.`), phonesIn(`it is ${LONG}.`)]).toEqual([[], [LONG]]);
});

describe('a number is a telephone’s', () => {
  it.each(PHONE_WORDS)('after "%s"', (word) => {
    expect(phonesIn(`our ${word} ${SHORT}.`)).toEqual([SHORT]);
  });

  it.each(PHONE_LABELS)('before "%s"', (word) => {
    expect(phonesIn(`it is ${SHORT} ${word}.`)).toEqual([SHORT]);
  });
});

describe('a number is something else', () => {
  it.each([...OTHER_NAMES, '#', '№'])('after "%s"', (word) => {
    expect(phonesIn(`it is ${word} ${LONG}.`)).toEqual([]);
  });

  it.each([...CURRENCIES_BEFORE, '$', '€', '£', '¥', '₹'])('after the currency %s', (currency) => {
    expect(phonesIn(`it is ${currency} ${LONG}.`)).toEqual([]);
  });

  it.each([...COUNTED_AFTER, '$', '€', '%'])('before "%s"', (word) => {
    expect(phonesIn(`it is ${LONG} ${word}.`)).toEqual([]);
  });
});
