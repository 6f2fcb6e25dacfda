import type { Playbook } from './playbook.ts';

const twice = (names: readonly string[]): readonly string[] => names.filter((name, at) => names.indexOf(name) !== at);

/** Names in clocks, ladders and promises that stand for nothing, each with its path. */
export const slaFaults = ({ calendars, sla, routes, taxonomy, sinks }: Playbook): readonly string[] => {
  const calendar = (path: string, name: string | null | undefined): readonly string[] =>
    name === null || name === undefined || name === 'always' || calendars[name]
      ? []
      : [`${path}: there is no calendar "${name}"`];
  const ladder = (path: string, name: string | null | undefined): readonly string[] =>
    name === null || name === undefined || sla.ladders[name] ? [] : [`${path}: there is no ladder "${name}"`];
  const steps = Object.entries(sla.ladders).flatMap(([name, rungs]) =>
    rungs.flatMap(({ do: actions }, at) =>
      actions.flatMap((action, nth) => {
        const path = `/sla/ladders/${name}/${at}/do/${nth}`;
        if (action.do === 'webhook' && !sinks.webhooks.some((one) => one.name === action.name))
          return [`${path}: there is no webhook "${action.name}"`];
        return action.do === 'raise-priority' && !taxonomy.priorities.includes(action.to)
          ? [`${path}: "${action.to}" is no priority`]
          : [];
      }),
    ),
  );
  return [
    ...calendar('/sla/disturb', sla.disturb),
    ...Object.entries(sla.clocks).flatMap(([name, clock]) => [
      ...calendar(`/sla/clocks/${name}/calendar`, clock.calendar),
      ...ladder(`/sla/clocks/${name}/ladder`, clock.ladder),
    ]),
    ...Object.entries(sla.ladders).flatMap(([name, rungs]) =>
      twice(rungs.map(({ id }) => id)).map((id) => `/sla/ladders/${name}: two steps are called "${id}"`),
    ),
    ...steps,
    ...routes.flatMap(({ sla: promises }, at) =>
      Object.entries(promises).flatMap(([clock, promise]) => {
        const path = `/routes/${at}/sla/${clock}`;
        if (!sla.clocks[clock]) return [`${path}: there is no clock "${clock}"`];
        return typeof promise === 'number'
          ? []
          : [...calendar(`${path}/calendar`, promise.calendar), ...ladder(`${path}/ladder`, promise.ladder)];
      }),
    ),
  ];
};
