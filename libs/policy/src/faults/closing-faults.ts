import { parseCondition } from '../conditions/condition.ts';
import { settleCondition, type KnownDecision } from '../conditions/settle-condition.ts';
import type { Fault } from './fault.ts';
import type { Playbook, Route } from '../playbook.ts';

const settled = ({ when }: Route, known: KnownDecision): boolean | null => {
  try {
    return settleCondition(parseCondition('route', when).ast, known);
  } catch {
    // What can't be parsed is told as such.
    return null;
  }
};

/** A route that may close what a person has to look at. The engine would pass it over; whoever reads the playbook must see that too. */
const unseenFaults = ({ routes }: Playbook): readonly Fault[] =>
  routes.flatMap((route, at) => {
    const isTakenBefore = routes.slice(0, at).some((one) => !one.closed && settled(one, { review: true }) === true);
    return !route.closed || isTakenBefore || settled(route, { review: true }) === false
      ? []
      : [
          {
            pointer: `/routes/${at}/when`,
            message:
              'may close what a person has to look at: add "&& !decision.review", or put a route for decision.review before it',
          },
        ];
  });

const lastFaults = ({ routes }: Playbook): readonly Fault[] =>
  routes.at(-1)?.closed
    ? [
        {
          pointer: `/routes/${routes.length - 1}/closed`,
          message: 'the last route must not close: nothing else is left for what is uncertain',
        },
      ]
    : [];

/** What a model calls it is closed, however unsure the model is: no gate sends it to people. */
const doubtfulFaults = ({ routes, taxonomy, gates, model, extraction }: Playbook): readonly Fault[] => {
  if (model.ask === 'never' || extraction.categoryField === null || gates.reviewWhenMissing !== null) return [];
  const ungated = taxonomy.categories
    .map(({ name }) => name)
    .filter((name) => (gates.byIntent[name]?.reviewBelow ?? gates.reviewBelow) === 0);
  return ungated.flatMap((category) => {
    const known = { review: false, category };
    const end = routes.findIndex((route) => settled(route, known) === true);
    const at = routes.findIndex((route, nth) => nth <= end && route.closed && settled(route, known) !== false);
    return at === -1
      ? []
      : [
          {
            pointer: `/routes/${at}/when`,
            message: `closes "${category}" however unsure the model is: set gates.byIntent.${category}.reviewBelow`,
          },
        ];
  });
};

/** True where something is done in the world. With every sink off nothing is: a dry run, which is nobody's mistake. */
const isActing = ({ sinks }: Playbook): boolean =>
  [...Object.values(sinks).flat()].some((sink) => 'mode' in sink && sink.mode !== 'off');

/** Whether people hear of what takes a route. Webhooks tell machines, and the other sinks do not act yet. */
const isTold = ({ closed, pool, byTerritory, notify }: Route, { sinks }: Playbook): boolean =>
  closed || (sinks.slack.mode !== 'off' && (pool !== null || byTerritory || notify));

const untoldFaults = (playbook: Playbook): readonly Fault[] => {
  const untold = playbook.routes.flatMap((route, at) => (isTold(route, playbook) ? [] : [{ id: route.id, at }]));
  const [first] = untold;
  if (!first || !isActing(playbook)) return [];
  if (playbook.sinks.slack.mode === 'off')
    return [
      { pointer: '/sinks/slack/mode', message: `is off, and nobody is told of what takes the route "${first.id}"` },
    ];
  return untold.map(({ at }) => ({
    pointer: `/routes/${at}/notify`,
    message: 'nobody is told: it has no pool, and no sink hears of it',
  }));
};

/** Ways on which an inquiry would be lost in silence. */
export const closingFaults = (playbook: Playbook): readonly Fault[] =>
  [unseenFaults, lastFaults, doubtfulFaults, untoldFaults].flatMap((faultsOf) => faultsOf(playbook));
