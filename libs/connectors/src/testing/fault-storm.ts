import type { RunningSimulators } from '@sluice/simulators';
import type { AttemptResult, Connector, Effect } from '../ports/connector.port.ts';
import { anEffect } from './an-effect.ts';
import type { VendorSuite } from './vendor-suite.ts';

export interface Storm {
  readonly effects: number;
  readonly faults: number;
  /** Effects that were applied more than once. */
  readonly repeated: number;
  /** Effects that were told to be there, and are not. */
  readonly lost: number;
  /** Effects that nobody could settle. */
  readonly unsettled: number;
}

const ACTING = ['POST', 'PUT', 'PATCH'] as const;
/** What happens to a call that acts, each now and then. */
const ON_ACTS = [
  { status: 503 },
  { status: 429, retryAfterSeconds: 0 },
  { status: 500 },
  { reset: true },
  { resetAfterApply: true },
  { errorAfterApply: 500 },
  { timeoutAfterApply: true },
  { timeoutBeforeApply: true },
  { malformed: true },
];
const ON_QUESTIONS = [{ status: 503 }, { reset: true }];
const SHARE = 0.06;
const MOST_TURNS = 60;

/** Follows a connector's declaration as the ledger does, until it is certain: parts that were made are kept from turn to turn. */
const settle = async (connector: Connector, effect: Effect): Promise<AttemptResult> => {
  let parts = effect.parts;
  let result = await connector.perform(effect);
  for (let turn = 0; turn < MOST_TURNS && result.kind !== 'confirmed' && result.kind !== 'refuted'; turn += 1) {
    parts = { ...parts, ...result.parts };
    const found =
      result.kind === 'unknown' ? await connector.ask({ ...effect, parts }, { since: effect.requestedAt }) : null;
    parts = { ...parts, ...found?.parts };
    if (found?.kind === 'found') return { ...found, kind: 'confirmed' };
    if (found?.kind !== 'cannot-tell') result = await connector.perform({ ...effect, parts });
  }
  return result;
};

/** Applies effect after effect while calls fail in every way, until so many have; and counts what that came to. */
export const faultStorm = async (
  { simulator, kind, definition, content, keyOf }: VendorSuite,
  { connector, simulators, faults }: { connector: Connector; simulators: RunningSimulators; faults: number },
): Promise<Storm> => {
  await simulators.clearJournal(simulator);
  const lines = [
    ...ACTING.flatMap((method) => ON_ACTS.map((line) => ({ method, probability: SHARE, ...line }))),
    ...ON_QUESTIONS.map((line) => ({ method: 'GET' as const, probability: SHARE, ...line })),
  ];
  await simulators.setFaults(simulator, { seed: 11, faults: lines });
  const metSoFar = async (): Promise<number> =>
    (await simulators.faults(simulator)).reduce((sum, { met }) => sum + met, 0);
  const done: { readonly effect: Effect; readonly result: AttemptResult }[] = [];
  while ((await metSoFar()) < faults) {
    const effect = anEffect({ kind, target: definition.provider, content: content() });
    done.push({ effect, result: await settle(connector, effect) });
  }
  const met = await metSoFar();
  await simulators.clearFaults(simulator);
  const { applied } = await simulators.journal(simulator);
  const times = ({ effect }: (typeof done)[number]): number => applied[keyOf ? keyOf(effect) : effect.effectId] ?? 0;
  return {
    effects: done.length,
    faults: met,
    repeated: done.filter((one) => times(one) > 1).length,
    lost: done.filter((one) => one.result.kind === 'confirmed' && times(one) === 0).length,
    unsettled: done.filter(({ result }) => result.kind !== 'confirmed').length,
  };
};
