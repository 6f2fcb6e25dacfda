import type { Playbook, Pool } from './playbook.ts';

const ALWAYS = 'always';

const ownerFaults = (
  name: string,
  { owners, noneAvailable, onCall }: Pool,
  calendars: Playbook['calendars'],
): readonly string[] => {
  const keys = owners.map(({ key }) => key);
  const isNobody = (key: string | null): key is string => key !== null && !keys.includes(key);
  const nobody = (path: string, key: string): string => `/pools/${name}${path}: "${key}" is no owner of it`;
  return [
    ...keys
      .filter((key, at) => keys.indexOf(key) !== at)
      .map((key) => `/pools/${name}/owners: "${key}" is there twice`),
    ...(noneAvailable.do === 'default' && isNobody(noneAvailable.owner) ? [nobody('', noneAvailable.owner)] : []),
    ...owners.flatMap(({ delegate }, at) => (isNobody(delegate) ? [nobody(`/owners/${at}/delegate`, delegate)] : [])),
    ...owners.flatMap(({ hours }, at) =>
      hours === null || hours === ALWAYS || calendars[hours]
        ? []
        : [`/pools/${name}/owners/${at}/hours: there is no calendar "${hours}"`],
    ),
    ...owners.flatMap(({ leave }, at) =>
      leave.flatMap(({ from, to }, nth) =>
        from <= to
          ? []
          : [`/pools/${name}/owners/${at}/leave/${nth}/to: is before ${from}, so they would never be away`],
      ),
    ),
    ...(onCall?.order ?? []).flatMap((key, at) => (isNobody(key) ? [nobody(`/onCall/order/${at}`, key)] : [])),
  ];
};

/** Everybody who may be given what a pool gets, in it or where it overflows to. */
const ownersReached = (pools: Playbook['pools'], name: string, seen: readonly string[] = []): Pool['owners'] => {
  const pool = seen.includes(name) ? undefined : pools[name];
  if (!pool) return [];
  return [
    ...pool.owners,
    ...(pool.noneAvailable.do === 'overflow' ? ownersReached(pools, pool.noneAvailable.pool, [...seen, name]) : []),
  ];
};

/** What a route asks for and nobody has: what took it would wait for ever. */
export const skillFaults = ({ pools, routes }: Pick<Playbook, 'pools' | 'routes'>): readonly string[] =>
  routes.flatMap(({ pool, byTerritory, needs }, at) => {
    if (pool === null || byTerritory || !pools[pool]) return [];
    const had = new Set(ownersReached(pools, pool).flatMap(({ skills }) => skills));
    return needs.skills.flatMap((skill, nth) =>
      had.has(skill)
        ? []
        : [`/routes/${at}/needs/skills/${nth}: nobody in the pool "${pool}" has the skill "${skill}"`],
    );
  });

/** Names in the pools that name nobody, or nothing. */
export const poolFaults = ({ pools, calendars }: Pick<Playbook, 'pools' | 'calendars'>): readonly string[] =>
  Object.entries(pools).flatMap(([name, pool]) => [
    ...ownerFaults(name, pool, calendars),
    ...(pool.noneAvailable.do === 'overflow' && !pools[pool.noneAvailable.pool]
      ? [`/pools/${name}: there is no pool "${pool.noneAvailable.pool}"`]
      : []),
  ]);
