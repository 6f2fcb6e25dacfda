import type { JournalEntry } from '@sluice/simulators';
import { dataOf, eventsOf, subjectOf, type Check, type Evidence } from './evidence.ts';
import { repeatedDeliveries } from './repeats.ts';

interface Effect {
  readonly effectId: string;
  readonly kind: 'slack.message' | 'webhook.delivery';
  readonly inquiryId: string;
  readonly state?: string;
}

const effectsOf = ({ after }: Pick<Evidence, 'after'>, topic: string): readonly Effect[] =>
  eventsOf(after, topic).map((record) => dataOf<Effect>(record));

/** What became of each effect, by its id. */
export const settledStates = (evidence: Pick<Evidence, 'after'>): ReadonlyMap<string, string | undefined> =>
  new Map(effectsOf(evidence, 'effect.settled.v1').map(({ effectId, state }) => [effectId, state]));

/** Slack can be asked, and the webhook's receiver honours its key: each effect is applied once, nothing else is, and no delivery is repeated without a cause. */
export const effectsOnce: Check = (evidence) => {
  const requested = effectsOf(evidence, 'effect.requested.v1');
  const settled = settledStates(evidence);
  const appliedOf = ({ kind, effectId }: Effect): number =>
    (kind === 'slack.message' ? evidence.slack : evidence.webhook).applied[effectId] ?? 0;
  const known = new Set(requested.map(({ effectId }) => effectId));
  const strangers = [...Object.keys(evidence.slack.applied), ...Object.keys(evidence.webhook.applied)].filter(
    (id) => !known.has(id),
  );
  const repeats = repeatedDeliveries(evidence);
  return {
    invariant: 'one applied effect per effectId',
    checked: requested.length,
    repeats: repeats.said,
    violations: [
      ...repeats.unexplained.map((id) => ({
        inquiryId: null,
        what: `${id} was delivered again, and nothing had gone wrong`,
      })),
      ...requested
        .filter((effect) => appliedOf(effect) !== 1)
        .map((effect) => ({
          inquiryId: effect.inquiryId,
          what: `${effect.kind} ${effect.effectId} was applied ${appliedOf(effect)} times`,
        })),
      ...requested
        .filter(({ effectId }) => settled.get(effectId) !== 'confirmed')
        .map(({ inquiryId, effectId }) => ({
          inquiryId,
          what: `effect ${effectId} is ${settled.get(effectId) ?? 'not settled'}`,
        })),
      ...strangers.map((id) => ({ inquiryId: null, what: `${id} was applied and never requested` })),
    ],
  };
};

const traceOf = (headers: Readonly<Record<string, string>>): string => headers['traceparent']?.split('-')[1] ?? '';

/** An effect carries the trace of one of the requests that brought its inquiry. */
export const oneTrace: Check = ({ after }) => {
  const raw = Map.groupBy(eventsOf(after, 'inquiry.raw.v1'), subjectOf);
  const settled = eventsOf(after, 'effect.settled.v1');
  return {
    invariant: 'one trace per effect',
    checked: settled.length,
    violations: settled
      .filter(
        (record) =>
          (raw.get(subjectOf(record)) ?? []).every(({ headers }) => traceOf(headers) !== traceOf(record.headers)) ||
          traceOf(record.headers) === '',
      )
      .map((record) => ({ inquiryId: subjectOf(record), what: 'the effect has a trace of its own' })),
  };
};

/** Faults that can strike the classifier while it holds one inquiry: the one at work, and those before and after it. */
const FAULTS_IN_FLIGHT = 3;

/** Whoever asked can't have had this answer: it was lost on purpose, or they had gone. */
const wasLost = ({ fault, status }: JournalEntry): boolean => fault !== null || status === null;

/** A model is asked once for an inquiry; again only for each of its own answers that was lost, or where who asked was interrupted. */
export const modelCalls: Check = ({ openai }) => {
  const calls = Object.entries(openai.applied);
  const lost = Map.groupBy(
    openai.entries.filter(wasLost).flatMap(({ applied }) => applied),
    (key) => key,
  );
  const repeated = calls.reduce((sum, [, count]) => sum + count - 1, 0);
  const lostAnswers = [...lost.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    invariant: 'model calls ≤ 1 + injected failures',
    checked: calls.length,
    repeats: `${repeated} calls repeated, ${lostAnswers} answers lost`,
    violations: calls
      .filter(([key, count]) => count > 1 + (lost.get(key)?.length ?? 0) + FAULTS_IN_FLIGHT)
      .map(([key, count]) => ({
        inquiryId: null,
        what: `${key} was asked for ${count} times, and ${lost.get(key)?.length ?? 0} answers were lost`,
      })),
  };
};
