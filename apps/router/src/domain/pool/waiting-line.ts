import type { PoolChange } from '@sluice/contracts';
import { LIST_FRONT, type Memory } from '@sluice/stage';
import { firstReturn, hasRoom } from './availability.ts';
import { chooseOwner, type Choice } from './choose-owner.ts';
import { groupOf, poolKey, rankOf, type AssignmentState, type InquiryState, type PoolState } from './pool-state.ts';
import type { Rosters } from './roster.ts';
import type { Turn } from './turns.ts';

/** Those of one group who wait, as far as they are seen: in order, and more behind them unless it is whole. */
interface LineGroup {
  readonly group: string;
  /** By which it is known who may have them. */
  readonly roster: string;
  readonly rows: readonly InquiryState[];
  readonly isWhole: boolean;
}

/** Everybody who waits in a pool, as far as one decision sees them: the front of each group. */
export type Line = readonly LineGroup[];

export const lineIn = (memory: Memory<AssignmentState>, at: Pick<PoolState, 'brand' | 'pool'>): Line =>
  memory.list(poolKey(at)).flatMap(({ group, rows, isWhole }) => {
    const inquiries = rows.map(({ value }) => value).filter((value) => value.kind === 'inquiry');
    const [first] = inquiries;
    return first ? [{ group, roster: first.roster, rows: inquiries, isWhole }] : [];
  });

export const withoutInquiry = (line: Line, inquiryId: string): Line =>
  line.map((group) => ({ ...group, rows: group.rows.filter((row) => row.inquiryId !== inquiryId) }));

/** With one more who waits. Behind what is seen of its group it is not seen either. */
export const withInquiry = (line: Line, inquiry: InquiryState): Line => {
  const group = groupOf(inquiry);
  const rank = rankOf(inquiry);
  if (!line.some((one) => one.group === group))
    return [...line, { group, roster: inquiry.roster, rows: [inquiry], isWhole: true }];
  return line.map((one) => {
    if (one.group !== group) return one;
    const before = one.rows.filter((row) => rankOf(row) < rank);
    const isUnseen = before.length === one.rows.length && !one.isWhole;
    return isUnseen ? one : { ...one, rows: [...before, inquiry, ...one.rows.slice(before.length)] };
  });
};

/** One who waited, and who has it now. */
export interface Match extends Choice {
  readonly inquiry: InquiryState;
  readonly turn: Turn;
}

export interface Served {
  readonly pool: PoolState;
  readonly line: Line;
  readonly matches: readonly Match[];
  readonly changes: readonly PoolChange[];
  /** True when as many were given as one decision gives, and somebody may be free for more. */
  readonly more: boolean;
}

export interface Serving {
  readonly now: string;
  readonly rosters: Rosters;
}

/** The group whose first ranks before the firsts of all others. */
const nextGroup = (line: Line, blocked: ReadonlySet<string>): LineGroup | null =>
  line.reduce<LineGroup | null>((first, one) => {
    const [head] = one.rows;
    const [best] = first?.rows ?? [];
    if (!head || blocked.has(one.group)) return first;
    return !best || rankOf(head) < rankOf(best) ? one : first;
  }, null);

const choose = (
  pool: PoolState,
  { roster: name, rows: [inquiry] }: LineGroup,
  { now, rosters }: Serving,
): Match | null => {
  const roster = rosters(name);
  // Most of the time nobody can take anything, and nobody need be asked whom they suit.
  if (!inquiry || !roster || !hasRoom(roster, pool.owners, now)) return null;
  const choice = chooseOwner(pool, { roster, inquiry, now });
  return choice.turn === null ? null : { ...choice, inquiry, turn: choice.turn };
};

/**
 * Gives those who wait to whoever has a place free, in the order of the line. What the first of a group can't be given, none of it
 * can. What is not seen is never passed over: a group of which all that is seen was given ends it, as does giving as many as one
 * decision gives, and the rest is left to the next.
 */
export const serveLine = (before: PoolState, line: Line, serving: Serving): Served => {
  let so: Served = { pool: before, line, matches: [], changes: [], more: false };
  const blocked = new Set<string>();
  for (let group = nextGroup(line, blocked); group; group = nextGroup(so.line, blocked)) {
    if (so.matches.length >= LIST_FRONT) return { ...so, more: true };
    const match = choose(so.pool, group, serving);
    if (!match) {
      blocked.add(group.group);
      continue;
    }
    so = {
      ...so,
      pool: match.pool,
      line: withoutInquiry(so.line, match.inquiry.inquiryId),
      matches: [...so.matches, match],
      changes: [...so.changes, ...match.changes],
    };
    if (group.rows.length === 1 && !group.isWhole) return { ...so, more: true };
  }
  return so;
};

/** When somebody who is away can be given something again, while others wait; null where time alone changes nothing. */
export const nextReturn = (pool: PoolState, line: Line, { now, rosters }: Serving): string | null => {
  const waiting = line.filter(({ rows, isWhole }) => rows.length > 0 || !isWhole);
  const names = [...new Set(waiting.map(({ roster }) => roster))];
  return (
    names
      .flatMap((name) => {
        const roster = rosters(name);
        return (roster && firstReturn(roster, pool.owners, now)) ?? [];
      })
      .sort()[0] ?? null
  );
};
