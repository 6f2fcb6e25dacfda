import type { EffectView, History, StoredEvent } from '../adapters/read-model.ts';
import { storiesOf } from '../domain/why-breached.ts';

type Json = Readonly<Record<string, unknown>>;
const asJson = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

const JOURNAL = 'decision.journal.v1';

/** One stage's decision: what it knew, by which playbook, what came of it and how long it took. */
const stepOf = ({ data }: StoredEvent, showContent: boolean): Json => {
  const { stage, decisionId, decidedAt, playbook, outcome, tookMs, costUsd, input, state } = data;
  return {
    stage,
    decisionId,
    decidedAt,
    tookMs,
    costUsd,
    playbook,
    outcome,
    input,
    state,
    ...(showContent ? { facts: data['facts'] } : {}),
  };
};

const latest = (events: readonly StoredEvent[], topic: string): Json =>
  events.findLast((event) => event.topic === topic)?.data ?? {};

/** The promises of one inquiry, and why what was broken was broken. */
export const clocksOf = (events: readonly StoredEvent[], effects: readonly EffectView[]) => storiesOf(events, effects);

/** Why personal data is not among what is told. */
const contentOf = ({ contentExpired }: History, showContent: boolean): string => {
  if (!showContent) return 'hidden: this key lacks the scope inquiries:content';
  return contentExpired
    ? 'expired: older than the playbooks keep it (retention.rawDays, retention.normalisedDays), and deleted'
    : 'shown';
};

/** The whole way of one inquiry, in the order of time. */
export const explain = (
  history: History,
  { showContent, effects }: { readonly showContent: boolean; readonly effects: readonly EffectView[] },
): Json => {
  const { events, truncated } = history;
  const scored = latest(events, 'inquiry.scored.v1');
  const routed = latest(events, 'inquiry.routed.v1');
  const assigned = latest(events, 'inquiry.assigned.v1');
  const decision = asJson(scored['decision']);
  const steps = events
    .filter(({ topic }) => topic === JOURNAL)
    .map((event) => stepOf(event, showContent))
    .sort((a, b) => String(a['decidedAt']).localeCompare(String(b['decidedAt'])));
  return {
    content: contentOf(history, showContent),
    truncated,
    stages: steps,
    decision: { ...decision },
    rules: decision['reasons'] ?? [],
    gates: decision['gates'] ?? [],
    // With those of the routes, where there are any.
    unevaluated: asJson(routed['decision'])['unevaluated'] ?? decision['unevaluated'] ?? [],
    enrichment: scored['enrichment'] ?? null,
    routing: routed['routing'] ?? null,
    owner: {
      owner: assigned['owner'] ?? null,
      status: assigned['status'] ?? null,
      considered: assigned['considered'] ?? [],
    },
    effects,
    sla: clocksOf(events, effects),
    costUsd: steps.reduce((sum, { costUsd }) => sum + Number(costUsd ?? 0), 0),
    timeline: events
      .filter(({ topic }) => topic !== JOURNAL)
      .map(({ topic, at, eventId, data }) => ({ topic, at, eventId, data })),
  };
};
