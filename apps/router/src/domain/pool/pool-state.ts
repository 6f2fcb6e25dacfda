import { poolDue, type AssignmentRequested, type PoolCommand, type PoolDue } from '@sluice/contracts';
import { uuidV5 } from '@sluice/kernel';
import type { Due, ListPlace, Memory } from '@sluice/stage';
import { z } from 'zod';
import { daysLater } from '../retention.ts';

const instant = z.iso.datetime();
const count = z.int().nonnegative();

/** What a pool remembers of an owner. */
export interface OwnerState {
  /** What they are owed, in billionths of a turn; below zero: what they had ahead of time. */
  readonly credit: number;
  readonly open: number;
  /** Turns that will not count (above zero), or that will pass to somebody else (below). */
  readonly extra: number;
  readonly left: { readonly until: string | null } | null;
  /** Capacity that was set by hand; null: the playbook's. */
  readonly capacity: number | null;
}
export type OwnerStates = Readonly<Record<string, OwnerState>>;

/** Where the owners of a pool are listed: in the version that a playbook had when it was last heard of here. */
const rosterReference = z.object({ playbook: z.string(), channel: z.string(), intent: z.string() });
export type RosterReference = z.output<typeof rosterReference>;

/** A pool as it is decided on. Its row holds nothing that grows: who waits is a row each. */
export interface PoolState {
  readonly brand: string;
  readonly pool: string;
  readonly owners: OwnerStates;
  /** How many wait. */
  readonly waiting: number;
  /** The length from which the line is long, once people were told that it is; null: they were not. */
  readonly toldFrom: number | null;
  /** By the playbook's name and the overrides that count. */
  readonly rosters: Readonly<Record<string, RosterReference>>;
  /** When somebody who is away can be given something again, while others wait; null where time alone changes nothing. */
  readonly dueAt: string | null;
}

/** As it is stored: without what is as it was at first. */
const storedPool = z.object({
  kind: z.literal('pool'),
  brand: z.string(),
  pool: z.string(),
  owners: z.record(
    z.string(),
    z.object({
      credit: z.int().optional(),
      open: count.optional(),
      extra: z.int().optional(),
      left: z.object({ until: instant.nullable() }).optional(),
      capacity: count.optional(),
    }),
  ),
  waiting: count.optional(),
  toldFrom: count.optional(),
  rosters: z.record(z.string(), rosterReference),
  dueAt: instant.optional(),
});
type StoredPool = z.output<typeof storedPool>;

/** An inquiry that asked for an owner: what finding one and telling people takes. Nothing that was written. */
const inquiryState = z.object({
  kind: z.literal('inquiry'),
  inquiryId: z.string(),
  conversationId: z.string(),
  brand: z.string(),
  /** Where it is, or is going while it is `moving`. */
  pool: z.string(),
  status: z.enum(['moving', 'waiting', 'owned', 'released']),
  owner: z.string().nullable(),
  /** How its owner came to it: rotation, claim, …; null while it has none. */
  by: z.string().nullable(),
  /** The playbook that it started with, by name and by the overrides that count for it: its owners are the ones who may have it. */
  roster: z.string(),
  needs: z.object({ skills: z.array(z.string()), territory: z.string().nullable(), language: z.string().nullable() }),
  topics: z.array(z.string()),
  vip: z.boolean(),
  heldSince: instant,
  /** Under which the contact's last owner is remembered; null where the pool does not care. */
  repeatKey: z.string().nullable(),
  repeatOwner: z.string().nullable(),
  /** Who gave it back, oldest first. */
  past: z.array(z.string()),
  source: z.string(),
  category: z.string(),
  label: z.string().nullable(),
  score: z.number(),
  priority: z.string(),
  queue: z.string(),
  due: z.array(z.object({ clock: z.string(), dueAt: instant })),
  /** Who was told of it, and is told again when somebody else gets it. */
  tell: z.array(
    z.object({
      kind: z.enum(['slack.message', 'webhook.delivery']),
      target: z.string(),
      mode: z.enum(['off', 'propose', 'sandbox', 'live']),
    }),
  ),
  daysKept: z.int(),
});
export type InquiryState = z.output<typeof inquiryState>;

const contactState = z.object({ kind: z.literal('contact'), owner: z.string(), daysKept: z.int().nullable() });

/** What assign-owner remembers: a row for each pool, for each inquiry, and for each contact with an owner. */
export const assignmentState = z.discriminatedUnion('kind', [storedPool, inquiryState, contactState]);
export type AssignmentState = z.output<typeof assignmentState>;

export const newOwner: OwnerState = { credit: 0, open: 0, extra: 0, left: null, capacity: null };

/** People name owners: one that is called like something of every object is nobody all the same. */
export const ownerIn = (owners: OwnerStates, key: string): OwnerState =>
  (Object.hasOwn(owners, key) ? owners[key] : undefined) ?? newOwner;

export const newPool = ({ brand, pool }: Pick<PoolState, 'brand' | 'pool'>): PoolState => ({
  brand,
  pool,
  owners: {},
  waiting: 0,
  toldFrom: null,
  rosters: {},
  dueAt: null,
});

/** Pools of two brands must not meet, though they have the same name. */
export const poolKey = ({ brand, pool }: Pick<PoolState, 'brand' | 'pool'>): string => `${brand}/${pool}`;

/** Across pools: an inquiry that moves is known where it comes to. */
export const inquiryKey = (brand: string, inquiryId: string): string => `${brand}/inquiry/${inquiryId}`;

/** In one pool: a contact's owner in sales says nothing of support. */
export const contactKey = (at: Pick<PoolState, 'brand' | 'pool'>, repeatKey: string): string =>
  `${poolKey(at)}/contact/${repeatKey}`;

/** Under what the contact's owner is remembered: the contact where one is known, else the conversation. */
export const repeatKeyOf = ({
  contactId,
  conversationId,
}: Pick<AssignmentRequested, 'contactId' | 'conversationId'>): string => contactId ?? conversationId;

export type AssignmentInput = AssignmentRequested | PoolCommand | PoolDue;

export const isCommand = (input: AssignmentInput): input is PoolCommand => 'command' in input;
export const isRequest = (input: AssignmentInput): input is AssignmentRequested => 'tell' in input;

/** What is read of a playbook before anything is remembered. */
export interface AssignmentFacts {
  readonly roster: string;
  /** Whether the pool gives a contact's next inquiry to whoever had the last. */
  readonly remembersContacts: boolean;
}

const commandKeys = ({ brand, pool, command }: PoolCommand): readonly string[] => {
  if (command.do === 'remember-owner') return [contactKey({ brand, pool }, command.repeatKey)];
  return [poolKey({ brand, pool }), ...('inquiryId' in command ? [inquiryKey(brand, command.inquiryId)] : [])];
};

export const keysOf = (input: AssignmentInput, { remembersContacts }: AssignmentFacts): readonly string[] => {
  if (isCommand(input)) return commandKeys(input);
  if (!isRequest(input)) return [poolKey(input)];
  return [
    poolKey(input),
    inquiryKey(input.brand, input.inquiryId),
    ...(remembersContacts ? [contactKey(input, repeatKeyOf(input))] : []),
  ];
};

/** Whoever changes a pool looks at those who wait in it. */
export const listsOf = (input: AssignmentInput): readonly string[] =>
  isCommand(input) && input.command.do === 'remember-owner' ? [] : [poolKey(input)];

const LAST = '~';
const FIRST_ANSWER = 'first_human';

/** When somebody should have looked at it; null where nobody promised. */
const firstDue = (due: InquiryState['due']): string | null =>
  due.find(({ clock }) => clock === FIRST_ANSWER)?.dueAt ?? due.map(({ dueAt }) => dueAt).sort()[0] ?? null;

/** The order of the line: VIPs, then who is due first, then who waits longest. */
export const rankOf = ({ vip, due, heldSince, inquiryId }: InquiryState): string =>
  [vip ? 0 : 1, firstDue(due) ?? LAST, heldSince, inquiryId].join(' ');

/**
 * Those who wait and can be taken by the same owners: what one of a group can't be given, none of it can. A name of bounded length,
 * since what it is made of has none.
 */
export const groupOf = ({ roster, needs, past }: InquiryState): string =>
  uuidV5(roster, JSON.stringify([[...needs.skills].sort(), needs.territory, needs.language, past]));

/** Where an inquiry waits. */
export const placeOf = (value: AssignmentState): ListPlace | null =>
  value.kind === 'inquiry' && value.status === 'waiting'
    ? { list: poolKey(value), group: groupOf(value), rank: rankOf(value) }
    : null;

export const dueOf = (value: AssignmentState): Due | null =>
  value.kind === 'pool' && value.dueAt !== undefined
    ? { at: value.dueAt, event: poolDue.v1.of({ brand: value.brand, pool: value.pool, dueAt: value.dueAt }) }
    : null;

export const playbooksOf = (value: AssignmentState): readonly string[] =>
  value.kind === 'pool' ? Object.values(value.rosters).map(({ playbook }) => playbook) : [];

export const expiresAt = (value: AssignmentState, now: string): string | null => {
  const isDone = value.kind === 'contact' || (value.kind === 'inquiry' && value.status === 'released');
  return isDone && value.daysKept !== null ? daysLater(now, value.daysKept) : null;
};

const readOwner = ({ credit = 0, open = 0, extra = 0, left, capacity }: StoredPool['owners'][string]): OwnerState => ({
  credit,
  open,
  extra,
  left: left ?? null,
  capacity: capacity ?? null,
});

const readPool = ({ brand, pool, owners, waiting = 0, toldFrom, rosters, dueAt }: StoredPool): PoolState => ({
  brand,
  pool,
  owners: Object.fromEntries(Object.entries(owners).map(([key, owner]) => [key, readOwner(owner)])),
  waiting,
  rosters,
  toldFrom: toldFrom ?? null,
  dueAt: dueAt ?? null,
});

const storeOwner = ({ credit, open, extra, left, capacity }: OwnerState): StoredPool['owners'][string] => ({
  ...(credit === 0 ? {} : { credit }),
  ...(open === 0 ? {} : { open }),
  ...(extra === 0 ? {} : { extra }),
  ...(left === null ? {} : { left: { ...left } }),
  ...(capacity === null ? {} : { capacity }),
});

export const storePool = ({ brand, pool, owners, waiting, toldFrom, rosters, dueAt }: PoolState): AssignmentState => ({
  kind: 'pool',
  brand,
  pool,
  owners: Object.fromEntries(Object.entries(owners).map(([key, owner]) => [key, storeOwner(owner)])),
  rosters,
  ...(waiting === 0 ? {} : { waiting }),
  ...(toldFrom === null ? {} : { toldFrom }),
  ...(dueAt === null ? {} : { dueAt }),
});

export const poolIn = (memory: Memory<AssignmentState>, at: Pick<PoolState, 'brand' | 'pool'>): PoolState => {
  const found = memory.get(poolKey(at));
  return found?.kind === 'pool' ? readPool(found) : newPool(at);
};

export const inquiryIn = (memory: Memory<AssignmentState>, key: string): InquiryState | null => {
  const found = memory.get(key);
  return found?.kind === 'inquiry' ? found : null;
};

export const contactOwnerIn = (memory: Memory<AssignmentState>, key: string): string | null => {
  const found = memory.get(key);
  return found?.kind === 'contact' ? found.owner : null;
};
