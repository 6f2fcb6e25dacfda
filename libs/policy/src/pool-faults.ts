import type { Playbook, Pool } from './playbook.ts';

const ownerFaults = (name: string, { owners, noneAvailable, onCall }: Pool): readonly string[] => {
  const keys = owners.map(({ key }) => key);
  const isNobody = (key: string | null): key is string => key !== null && !keys.includes(key);
  const nobody = (path: string, key: string): string => `/pools/${name}${path}: "${key}" is no owner of it`;
  return [
    ...keys.filter((key, at) => keys.indexOf(key) !== at).map((key) => `/pools/${name}/owners: "${key}" is there twice`),
    ...(noneAvailable.do === 'default' && isNobody(noneAvailable.owner) ? [nobody('', noneAvailable.owner)] : []),
    ...owners.flatMap(({ delegate }, at) => (isNobody(delegate) ? [nobody(`/owners/${at}/delegate`, delegate)] : [])),
    ...(onCall?.order ?? []).flatMap((key, at) => (isNobody(key) ? [nobody(`/onCall/order/${at}`, key)] : [])),
  ];
};

/** Names in the pools that name nobody. */
export const poolFaults = (pools: Playbook['pools']): readonly string[] =>
  Object.entries(pools).flatMap(([name, pool]) => [
    ...ownerFaults(name, pool),
    ...(pool.noneAvailable.do === 'overflow' && !pools[pool.noneAvailable.pool] ? [`/pools/${name}: there is no pool "${pool.noneAvailable.pool}"`] : []),
  ]);
