import { describe, expect, it } from 'vitest';
import { measureRedaction } from './redaction-figures.ts';

describe('the figures of redaction', () => {
  it('count what was taken out whole, by label, and what else was', () => {
    const text = 'Bob, bob@example.com, order +1 415 555 0100';
    const figures = measureRedaction([
      {
        text,
        spans: [
          { type: 'PERSON', start: 0, end: 3 },
          { type: 'EMAIL_ADDRESS', start: text.indexOf('bob@'), end: text.indexOf(', order') },
        ],
      },
    ]);
    expect(Object.fromEntries(figures.recall)).toEqual({
      PERSON: { found: 0, of: 1 },
      EMAIL_ADDRESS: { found: 1, of: 1 },
    });
    expect(figures).toMatchObject({
      characters: text.length,
      lostStretches: 1,
      lostCharacters: '+1 415 555 0100'.length,
    });
  });

  it('does not count half of it as found', () => {
    expect(
      measureRedaction([{ text: 'x bob@example.com', spans: [{ type: 'PERSON', start: 0, end: 5 }] }]).recall.get(
        'PERSON',
      ),
    ).toEqual({ found: 0, of: 1 });
  });
});
