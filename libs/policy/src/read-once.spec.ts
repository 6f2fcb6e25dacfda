import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readOnce } from './read-once.ts';

const plain = z.object({ a: z.int(), list: z.array(z.object({ b: z.string().default('-') })) });
const schema = readOnce(plain);
const value = { a: 1, list: [{ b: 'x' }] };

describe('what is read once', () => {
  it('is the same object for the same words, and for itself', () => {
    const first = schema.parse(value);
    expect(first).toEqual(value);
    expect(schema.parse(structuredClone(value))).toBe(first);
    expect(schema.parse(first)).toBe(first);
    expect(schema.parse({ ...value, a: 2 })).toEqual({ ...value, a: 2 });
  });

  it('can be changed by nobody, and changes nothing of what it was read from', () => {
    const read = schema.parse(value);
    expect(() => {
      read.list.push({ b: 'y' });
    }).toThrow(TypeError);
    expect(() => {
      Object.assign(read.list[0] ?? {}, { b: 'y' });
    }).toThrow(TypeError);
    expect(Object.isFrozen(value) || Object.isFrozen(value.list)).toBe(false);
  });

  it('gets its defaults, loses what is unknown, and is refused, as by the schema itself', () => {
    expect(schema.parse({ a: 1, list: [{}], more: 1 })).toEqual({ a: 1, list: [{ b: '-' }] });
    for (const wrong of [null, undefined, 'text', {}, { a: 1 }, { a: 1.5, list: [] }, { a: 1, list: [{ b: 1 }] }]) {
      const faultsBy = (terms: z.ZodType) =>
        z
          .object({ terms })
          .safeParse({ terms: wrong })
          .error?.issues.map(({ path, message }) => ({ path, message })) ?? [];
      expect(faultsBy(schema)).toEqual(faultsBy(plain));
      expect(faultsBy(schema).length).toBeGreaterThan(0);
    }
  });

  it('is read again once more are known than are kept', () => {
    const before = schema.parse(value);
    for (let a = 10; a < 1_200; a += 1) schema.parse({ ...value, a });
    expect(schema.parse(structuredClone(value))).toEqual(before);
    expect(schema.parse(before)).toBe(before);
  });
});
