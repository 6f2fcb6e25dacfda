import { storiesOf, type ToldEffect } from '../domain/why-breached.ts';

interface ExplainedEvent {
  readonly topic: string;
  readonly at: string;
  readonly eventId: string;
  readonly data: unknown;
}

type Json = Readonly<Record<string, unknown>>;
const asJson = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** Where personal data stands in an event. */
const PERSONAL = new Set(['contact', 'content', 'attachments', 'facts']);
const withoutPersonal = (data: Json): Json =>
  Object.fromEntries(Object.entries(data).filter(([name]) => !PERSONAL.has(name)));

const JOURNAL = 'decision.journal.v1';

/** One stage's decision: what it knew, by which playbook, what came of it and how long it took. */
const stepOf = ({ data }: ExplainedEvent, showContent: boolean): Json => {
  const entry = asJson(data);
  const { stage, decisionId, decidedAt, playbook, outcome, tookMs, costUsd, input, state } = entry;
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
    ...(showContent ? { facts: entry['facts'] } : {}),
  };
};

const latest = (events: readonly ExplainedEvent[], topic: string): Json =>
  asJson(events.findLast((event) => event.topic === topic)?.data);

const toldOf = (effect: Json): ToldEffect => ({ effectId: String(effect['effectId']), state: String(effect['state']) });

/** The promises of one inquiry, and why what was broken was broken. */
export const clocksOf = (events: readonly ExplainedEvent[], effects: readonly Json[]) =>
  storiesOf(events, effects.map(toldOf));

/** The whole way of one inquiry, in the order of time. */
export const explain = (
  events: readonly ExplainedEvent[],
  { showContent, effects }: { readonly showContent: boolean; readonly effects: readonly Json[] },
): Json => {
  const scored = latest(events, 'inquiry.scored.v1');
  const routed = latest(events, 'inquiry.routed.v1');
  const assigned = latest(events, 'inquiry.assigned.v1');
  const decision = asJson(scored['decision']);
  const steps = events
    .filter(({ topic }) => topic === JOURNAL)
    .map((event) => stepOf(event, showContent))
    .sort((a, b) => String(a['decidedAt']).localeCompare(String(b['decidedAt'])));
  return {
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
      .map(({ topic, at, eventId, data }) => ({
        topic,
        at,
        eventId,
        ...(showContent ? { data } : { data: withoutPersonal(asJson(data)) }),
      })),
  };
};
