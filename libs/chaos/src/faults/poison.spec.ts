import { describe, expect, it } from 'vitest';
import { framed, poisonsFor } from './poison.ts';

const stranger = framed(9, '{}');

describe('the poison for a topic', () => {
  it('is unframed, absent, of no schema, of the right one without keeping to it, of the wrong one, and as large as a topic takes', () => {
    const ids = poisonsFor({ own: 7, stranger }).map((value) =>
      value?.[0] === 0 ? value.readInt32BE(1) : (value?.length ?? null),
    );
    expect(ids).toEqual([15, null, 0x7fffffff, 7, 7, 9, 1_048_000]);
  });
});
