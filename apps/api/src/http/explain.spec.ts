import { describe, expect, it } from 'vitest';
import type { History, StoredEvent } from '../adapters/read-model.ts';
import { goldenOf } from '../testing/logged-events.ts';
import { explain } from './explain.ts';

/** The event of a topic with what could not be evaluated. */
const eventWith = (topic: string, unevaluated: readonly object[]): StoredEvent => {
  const golden = goldenOf(topic);
  return event(topic, { ...golden, decision: { ...(golden['decision'] as object), unevaluated } });
};
const event = (topic: string, data: StoredEvent['data']): StoredEvent => ({
  topic,
  at: '2026-01-05T09:00:00.000Z',
  eventId: topic,
  data,
});
const historyOf = (...events: readonly StoredEvent[]): History => ({ events, truncated: false, contentExpired: false });
const none = { showContent: false, effects: [] };
const guard = { condition: 'guards.enterprise', because: 'metadata.plan is not there', counted: 'held' };
const route = { condition: 'routes.vip', because: 'metadata.seats is not there', counted: 'not-held' };

describe('an explanation', () => {
  it('names the conditions that could not be evaluated, why, and what they counted as', () => {
    const scored = eventWith('inquiry.scored.v1', [guard]);
    expect(explain(historyOf(scored), none)).toMatchObject({ unevaluated: [guard] });
    const routed = eventWith('inquiry.routed.v1', [guard, route]);
    expect(explain(historyOf(scored, routed), none)).toMatchObject({ unevaluated: [guard, route] });
  });

  it('names none where all could', () => {
    expect(explain(historyOf(event('inquiry.scored.v1', { decision: {} })), none)).toMatchObject({ unevaluated: [] });
  });
});
