import { describe, expect, it } from 'vitest';
import { isPerformed, strictest } from './effect-mode.ts';

describe('the mode of an effect', () => {
  it.each([
    ['live', 'live', 'live'],
    ['live', 'sandbox', 'sandbox'],
    ['sandbox', 'live', 'sandbox'],
    ['live', 'off', 'off'],
    ['propose', 'sandbox', 'propose'],
    ['off', 'live', 'off'],
  ] as const)('asked %s where %s is allowed is %s', (asked, ceiling, expected) => {
    expect(strictest(asked, ceiling)).toBe(expected);
  });

  it('performs in the sandbox and live only', () => {
    expect((['off', 'propose', 'sandbox', 'live'] as const).filter(isPerformed)).toEqual(['sandbox', 'live']);
  });
});
