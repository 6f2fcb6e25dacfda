import type { Owner } from '@sluice/policy';
import type { Considered, Considering } from './availability.ts';
import type { InquiryState } from './pool-state.ts';
import type { Roster } from './roster.ts';

/** Those who go before the rotation, and what the others are told. */
export interface Precedence {
  readonly by: 'vip' | 'repeat-customer' | 'on-call';
  readonly owners: readonly Owner[];
  readonly because: string;
}

const HOUR_MS = 3_600_000;

const vipOwners = ({ inquiry }: Considering, candidates: readonly Owner[]): Precedence | null => {
  const owners = inquiry.vip ? candidates.filter(({ vip }) => vip) : [];
  return owners.length > 0 ? { by: 'vip', owners, because: 'takes no VIPs' } : null;
};

const repeatOwner = (
  { roster, inquiry: { repeatOwner: last } }: Considering,
  candidates: readonly Owner[],
): Precedence | null => {
  if (last === null) return null;
  const own = candidates.find(({ key }) => key === last);
  const delegate = roster.owners.find(({ key }) => key === last)?.delegate ?? null;
  const owner = own ?? candidates.find(({ key }) => key === delegate);
  return owner ? { by: 'repeat-customer', owners: [owner], because: `repeat customer of ${last}` } : null;
};

/** Who is on call at the moment, then who would be next, and so on. */
const onCallOrder = ({ since, shiftHours, order }: NonNullable<Roster['onCall']>, now: string): readonly string[] => {
  const shift = Math.floor((Date.parse(now) - Date.parse(since)) / (shiftHours * HOUR_MS));
  const at = ((shift % order.length) + order.length) % order.length;
  return [...order.slice(at), ...order.slice(0, at)];
};

const onCallOwner = ({ roster: { onCall }, now }: Considering, candidates: readonly Owner[]): Precedence | null => {
  if (onCall === null) return null;
  const owner = onCallOrder(onCall, now).flatMap((key) => candidates.filter((one) => one.key === key))[0];
  return owner ? { by: 'on-call', owners: [owner], because: `${owner.key} is on call` } : null;
};

/** Who goes first of those who can take it; null where all are equal before the rotation. */
export const precedenceOf = (choosing: Considering, candidates: readonly Owner[]): Precedence | null => {
  const vip = vipOwners(choosing, candidates);
  return repeatOwner(choosing, vip?.owners ?? candidates) ?? vip ?? onCallOwner(choosing, candidates);
};

/** A contact's last owner who is no more: said, so that nobody looks for the reason. */
export const goneOwner = (
  { owners }: Roster,
  { repeatOwner: last }: Pick<InquiryState, 'repeatOwner'>,
): readonly Considered[] =>
  last === null || owners.some(({ key }) => key === last)
    ? []
    : [{ owner: last, excludedBecause: 'no longer in the pool', standing: 0 }];
