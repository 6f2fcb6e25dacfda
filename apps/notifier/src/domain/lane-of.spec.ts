import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laneOf } from './lane-of.ts';

describe('a lane', () => {
  it('reads like its destination', () => {
    expect(laneOf('webhook.delivery', 'crm')).toBe('webhook.delivery/crm');
    expect(laneOf('slack.message', '#Sales Team')).toMatch(/^slack\.message\/sales-team\.[0-9a-f]{8}$/);
  });

  it('is another for another destination, and always a name the queue takes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 120 }), fc.string({ minLength: 1, maxLength: 120 }), (a, b) => {
        expect(laneOf('slack.message', a)).toMatch(/^[\w.\-/]{1,100}$/);
        expect(laneOf('slack.message', a) === laneOf('slack.message', b)).toBe(a === b);
      }),
    );
  });
});
