import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explain } from './explain.ts';

const goldenEvent = (topic: string): { readonly decision: object } =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../../libs/contracts/golden', topic, 'first.json'), 'utf8'),
  ) as { readonly decision: object };
/** The event of a topic with what could not be evaluated. */
const eventWith = (topic: string, unevaluated: readonly object[]) => {
  const golden = goldenEvent(topic);
  return event(topic, { ...golden, decision: { ...golden.decision, unevaluated } });
};
const event = (topic: string, data: object) => ({ topic, at: '2026-01-05T09:00:00.000Z', eventId: topic, data });
const none = { showContent: false, effects: [] };
const guard = { condition: 'guards.enterprise', because: 'metadata.plan is not there', counted: 'held' };
const route = { condition: 'routes.vip', because: 'metadata.seats is not there', counted: 'not-held' };

describe('an explanation', () => {
  it('names the conditions that could not be evaluated, why, and what they counted as', () => {
    const scored = eventWith('inquiry.scored.v1', [guard]);
    expect(explain([scored], none)).toMatchObject({ unevaluated: [guard] });
    const routed = eventWith('inquiry.routed.v1', [guard, route]);
    expect(explain([scored, routed], none)).toMatchObject({ unevaluated: [guard, route] });
  });

  it('names none where all could', () => {
    expect(explain([event('inquiry.scored.v1', { decision: {} })], none)).toMatchObject({ unevaluated: [] });
  });
});
