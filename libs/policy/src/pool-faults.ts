import type { Playbook, Pool } from './playbook.ts';

const ALWAYS = 'always';

const ownerFaults = (name: string, { owners, noneAvailable, onCall }: Pool, calendars: Playbook['calendars']): readonly string[] => {
  const keys = owners.map(({ key }) => key);
  const isNobody = (key: string | null): key is string => key !== null && !keys.includes(key);
  const nobody = (path: string, key: string): string => `/pools/${name}${path}: "${key}" is no owner of it`;
  return [
    ...keys.filter((key, at) => keys.indexOf(key) !== at).map((key) => `/pools/${name}/owners: "${key}" is there twice`),
    ...(noneAvailable.do === 'default' && isNobody(noneAvailable.owner) ? [nobody('', noneAvailable.owner)] : []),
    ...owners.flatMap(({ delegate }, at) => (isNobody(delegate) ? [nobody(`/owners/${at}/delegate`, delegate)] : [])),
    ...owners.flatMap(({ hours }, at) => (hours === null || hours === ALWAYS || calendars[hours] ? [] : [`/pools/${name}/owners/${at}/hours: there is no calendar "${hours}"`])),
    ...(onCall?.order ?? []).flatMap((key, at) => (isNobody(key) ? [nobody(`/onCall/order/${at}`, key)] : [])),
  ];
};

/** Names in the pools that name nobody, or nothing. */
export const poolFaults = ({ pools, calendars }: Pick<Playbook, 'pools' | 'calendars'>): readonly string[] =>
  Object.entries(pools).flatMap(([name, pool]) => [
    ...ownerFaults(name, pool, calendars),
    ...(pool.noneAvailable.do === 'overflow' && !pools[pool.noneAvailable.pool] ? [`/pools/${name}: there is no pool "${pool.noneAvailable.pool}"`] : []),
  ]);
