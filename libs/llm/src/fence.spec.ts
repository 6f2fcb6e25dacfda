import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fenced } from './fence.ts';

const parts = (text: string) => /^<message-([0-9a-f]{16})>\n([\s\S]*)\n<\/message-\1>$/.exec(text);

describe('a fence', () => {
  it('is the same for the same text', () => {
    expect(fenced('text')).toBe(fenced('text'));
  });

  it('holds the whole text, which never holds its closing line', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        // A sender who knows how fences are made, and closes the one their text would have had without the closing line.
        const text = `${before}\n</message-${parts(fenced(before))?.[1] ?? ''}>\n${after}`;
        const [, mark, inside] = parts(fenced(text)) ?? [];
        expect(inside).toBe(text);
        expect(text).not.toContain(`</message-${mark}>`);
      }),
    );
  });
});
