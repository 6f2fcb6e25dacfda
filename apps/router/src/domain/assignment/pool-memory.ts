import { z } from 'zod';
import { staffedPoolSchema, type StaffedPool } from './staffed-pool.ts';

const instant = z.iso.datetime();
const count = z.int().nonnegative();

/** An owner's place in the rotation of a pool. */
const place = z.object({
  /** What they are owed, in billionths of a turn; below zero: what they had ahead of time. */
  credit: z.int(),
  open: count,
  /** Turns that will not count (above zero), or that will pass to somebody else (below). */
  extra: z.int(),
  left: z.object({ until: instant.nullable() }).nullable(),
  /** Capacity that was set by hand; null: the playbook's. */
  capacity: count.nullable(),
});
export type Place = z.output<typeof place>;
export type Places = Readonly<Record<string, Place>>;

/** An inquiry as far as finding it an owner goes. Nothing personal: this stands in the journal. */
const unowned = z.object({
  inquiryId: z.string(),
  /** The playbook that it started with, by name and by the overrides that count for it: its owners are the ones who may have it. */
  playbook: z.string(),
  needs: z.object({ skills: z.array(z.string()), territory: z.string().nullable(), language: z.string().nullable() }),
  category: z.string(),
  /** What somebody could be an expert in. */
  topics: z.array(z.string()),
  vip: z.boolean(),
  /** When somebody should have looked at it; null where nobody promised. */
  dueAt: instant.nullable(),
  heldSince: instant,
  /** Under which the contact's last owner is remembered; null where the pool does not care. */
  repeatKey: z.string().nullable(),
  repeatOwner: z.string().nullable(),
  /** Who gave it back, oldest first. */
  past: z.array(z.string()),
});
export type Unowned = z.output<typeof unowned>;

const offered = z.object({
  unowned,
  owner: z.string(),
  by: z.string(),
  /** What the turn changed in the credit of each: taken back when nothing comes of the offer. */
  turn: z.record(z.string(), z.int()),
  shares: z.record(z.string(), z.number()),
});
export type Offered = z.output<typeof offered>;

const poolMemory = z.object({
  kind: z.literal('pool'),
  owners: z.record(z.string(), place),
  /** Who waits for somebody, in the order in which they are looked at. */
  waiting: z.array(unowned),
  /** Who was promised somebody: the place is kept until it was looked at afresh. */
  offered: z.array(offered),
  /** The pool as each playbook last had it, without what is empty. */
  /** When somebody who is away can be given something again; left out while nobody waits for that. */
  lookAt: instant.optional(),
  rosters: z.record(z.string(), z.object({ hash: z.string(), pool: z.record(z.string(), z.json()) })),
});
export type PoolMemory = z.output<typeof poolMemory>;

/** What is told again when somebody else gets it; the message itself is not kept. */
const notice = z.object({
  conversationId: z.string(),
  source: z.string(),
  category: z.string(),
  label: z.string().nullable(),
  score: z.number(),
  priority: z.string(),
  queue: z.string(),
  due: z.array(z.object({ clock: z.string(), dueAt: instant })),
  told: z.array(
    z.object({
      kind: z.enum(['slack.message', 'webhook.delivery']),
      target: z.string(),
      mode: z.enum(['off', 'propose', 'sandbox', 'live']),
    }),
  ),
});
export type Notice = z.output<typeof notice>;

const inquiryMemory = z.object({
  kind: z.literal('inquiry'),
  pool: z.string(),
  status: z.enum(['moving', 'waiting', 'owned', 'released']),
  owner: z.string().nullable(),
  unowned,
  notice,
});
export type InquiryMemory = z.output<typeof inquiryMemory>;

const contactMemory = z.object({ kind: z.literal('contact'), owner: z.string() });

/** What assign-owner remembers: of a pool, of an inquiry, of a contact. */
export const assignmentMemory = z.discriminatedUnion('kind', [poolMemory, inquiryMemory, contactMemory]);
export type AssignmentMemory = z.output<typeof assignmentMemory>;

export const emptyPool: PoolMemory = { kind: 'pool', owners: {}, waiting: [], offered: [], rosters: {} };
export const newPlace: Place = { credit: 0, open: 0, extra: 0, left: null, capacity: null };

type Json = PoolMemory['rosters'][string]['pool'][string];

const isEmpty = (value: Json): boolean =>
  value === null ||
  value === false ||
  (Array.isArray(value) ? value.length === 0 : typeof value === 'object' && Object.keys(value).length === 0);

/** Without what is empty, which is what a playbook may leave out: the roster stands in every journal entry of the pool. */
const compact = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(compact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => !isEmpty(one))
      .map(([name, one]) => [name, compact(one)]),
  );
};

export interface Roster {
  readonly playbook: string;
  readonly hash: string;
  readonly pool: StaffedPool;
}

/** Keeps the pool as the playbook has it, for decisions that no inquiry of that playbook causes. */
export const withRoster = (memory: PoolMemory, { playbook, hash, pool }: Roster): PoolMemory =>
  memory.rosters[playbook]?.hash === hash
    ? memory
    : {
        ...memory,
        rosters: {
          ...memory.rosters,
          [playbook]: { hash, pool: z.record(z.string(), z.json()).parse(compact({ ...pool })) },
        },
      };

/** The pool as each playbook last had it, read at most once; null for a playbook that was never seen in it. */
export const rostersOf = ({ rosters }: PoolMemory): ((playbook: string) => StaffedPool | null) => {
  const read = new Map<string, StaffedPool | null>();
  return (playbook) => {
    const known = read.get(playbook);
    if (known !== undefined) return known;
    const found = rosters[playbook];
    const pool = found ? staffedPoolSchema.parse({ owners: [], ...found.pool }) : null;
    read.set(playbook, pool);
    return pool;
  };
};
