import { describe, expect, it } from 'vitest';
import { uuidV5 } from './uuid-v5.ts';

describe('uuidV5', () => {
  it('gives the same parts the same id for ever', () => {
    expect(uuidV5('brand', 'web', 'event-1')).toBe(uuidV5('brand', 'web', 'event-1'));
  });

  it('is a version 5 UUID', () => {
    expect(uuidV5('anything')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('tells parts apart by where they are split', () => {
    expect(uuidV5('ab', 'c')).not.toBe(uuidV5('a', 'bc'));
  });
});
