import type { Owner, Pool } from '@sluice/policy';
import type { Considered } from './eligibility.ts';
import type { Unowned } from './pool-memory.ts';

/** Somebody who goes before the rotation, and what the others are told. */
export interface Claim {
  readonly by: 'vip' | 'repeat-customer' | 'on-call';
  readonly owners: readonly Owner[];
  readonly because: string;
}

export interface Claiming {
  readonly pool: Pool;
  readonly unowned: Unowned;
  /** Those who can take it, in the order of the pool. */
  readonly candidates: readonly Owner[];
  readonly now: string;
}

const HOUR_MS = 3_600_000;

const vipOwners = ({ unowned, candidates }: Claiming): Claim | null => {
  const owners = unowned.vip ? candidates.filter(({ vip }) => vip) : [];
  return owners.length > 0 ? { by: 'vip', owners, because: 'takes no VIPs' } : null;
};

const repeatOwner = ({ pool, unowned: { repeatOwner: last }, candidates }: Claiming): Claim | null => {
  if (last === null) return null;
  const own = candidates.find(({ key }) => key === last);
  const delegate = pool.owners.find(({ key }) => key === last)?.delegate ?? null;
  const owner = own ?? candidates.find(({ key }) => key === delegate);
  return owner ? { by: 'repeat-customer', owners: [owner], because: `repeat customer of ${last}` } : null;
};

/** Who is on call at the moment, then who would be next, and so on. */
const onCallOrder = ({ since, shiftHours, order }: NonNullable<Pool['onCall']>, now: string): readonly string[] => {
  const shift = Math.floor((Date.parse(now) - Date.parse(since)) / (shiftHours * HOUR_MS));
  const at = ((shift % order.length) + order.length) % order.length;
  return [...order.slice(at), ...order.slice(0, at)];
};

const onCallOwner = ({ pool: { onCall }, candidates, now }: Claiming): Claim | null => {
  if (onCall === null) return null;
  const owner = onCallOrder(onCall, now).flatMap((key) => candidates.filter((one) => one.key === key))[0];
  return owner ? { by: 'on-call', owners: [owner], because: `${owner.key} is on call` } : null;
};

/** The first claim that anybody has; null where all are equal before the rotation. */
export const firstClaim = (claiming: Claiming): Claim | null => {
  const vip = vipOwners(claiming);
  const among = vip ? { ...claiming, candidates: vip.owners } : claiming;
  return repeatOwner(among) ?? vip ?? onCallOwner(claiming);
};

/** A contact's last owner who is no more: said, so that nobody looks for the reason. */
export const goneOwner = ({
  pool,
  unowned: { repeatOwner: last },
}: Pick<Claiming, 'pool' | 'unowned'>): readonly Considered[] =>
  last === null || pool.owners.some(({ key }) => key === last)
    ? []
    : [{ owner: last, excludedBecause: 'no longer in the pool', standing: 0 }];
