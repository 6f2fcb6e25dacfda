import { poolSchema, type Calendar, type Owner, type Pool } from '@sluice/policy';
import { LIST_FRONT } from '@sluice/stage';
import { obeyCommand, serveWaiting } from '../domain/pool/obey-command.ts';
import { groupOf, newPool, placeOf, rankOf, type InquiryState, type PoolState } from '../domain/pool/pool-state.ts';
import type { PoolUpdate } from '../domain/pool/pool-update.ts';
import { requestOwner, type OwnerRequest } from '../domain/pool/request-owner.ts';
import type { Roster } from '../domain/pool/roster.ts';
import type { Line } from '../domain/pool/waiting-line.ts';

type OwnerLike = Partial<Owner> & Pick<Owner, 'key'>;

/** A pool of owners of whom only the key must be said. */
export const aPool = (owners: readonly OwnerLike[], over: Partial<Pool> = {}): Pool =>
  poolSchema.parse({ owners, noneAvailable: { do: 'hold' }, ...over });

export const NOW = '2026-01-05T09:00:00.000Z';

/** An inquiry that anybody could take. */
export const anInquiry = (inquiryId: string, over: Partial<InquiryState> = {}): InquiryState => ({
  kind: 'inquiry',
  inquiryId,
  conversationId: '22222222-2222-5222-8222-222222222222',
  brand: 'default',
  pool: 'sales',
  status: 'waiting',
  owner: null,
  by: null,
  roster: 'test',
  needs: { skills: [], territory: null, language: null },
  topics: [],
  vip: false,
  heldSince: NOW,
  repeatKey: null,
  repeatOwner: null,
  past: [],
  source: 'web-form',
  category: 'lead',
  label: null,
  score: 0,
  priority: 'normal',
  queue: 'sales',
  due: [],
  tell: [],
  daysKept: 30,
  ...over,
});

export const dueAt = (at: string): Pick<InquiryState, 'due'> => ({ due: [{ clock: 'first_human', dueAt: at }] });

/** One pool of a brand with what is remembered of it, driven decision by decision: the fold without the runner. */
export class PoolBench {
  pool: PoolState;
  roster: Roster;
  readonly inquiries = new Map<string, InquiryState>();
  /** How many were given something by each decision, in order. */
  readonly decisions: number[] = [];

  constructor(
    pool: Pool,
    { name = 'sales', calendars = {} }: { name?: string; calendars?: Record<string, Calendar> } = {},
  ) {
    this.pool = newPool({ brand: 'default', pool: name });
    this.roster = { ...pool, calendars };
  }

  /** From now on the playbook has these owners. */
  staff(pool: Pool): void {
    this.roster = { ...pool, calendars: this.roster.calendars };
  }

  request(inquiry: InquiryState, { now = NOW, ...over }: Partial<OwnerRequest> & { now?: string } = {}): PoolUpdate {
    const pool = { ...this.pool, rosters: { [inquiry.roster]: { playbook: 'any', channel: 'any', intent: 'any' } } };
    return this.#apply(
      requestOwner(
        pool,
        {
          inquiry: { ...inquiry, pool: this.pool.pool, heldSince: now },
          roster: this.roster,
          overflowedFrom: [],
          known: this.inquiries.get(inquiry.inquiryId) ?? null,
          ...over,
        },
        this.#seen(now),
      ),
      now,
    );
  }

  obey(command: Parameters<typeof obeyCommand>[1], now = NOW): PoolUpdate {
    const known = 'inquiryId' in command ? (this.inquiries.get(command.inquiryId) ?? null) : null;
    return this.#apply(obeyCommand(this.pool, command, { ...this.#seen(now), known }), now);
  }

  /** Its moment has come. */
  due(now = NOW): PoolUpdate {
    return this.#apply(serveWaiting(this.pool, this.#seen(now)), now);
  }

  ownerOf(inquiryId: string): string | null {
    return this.inquiries.get(inquiryId)?.owner ?? null;
  }

  /** In the order of the line. */
  waiting(): readonly string[] {
    return this.#rows()
      .sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1))
      .map(({ inquiryId }) => inquiryId);
  }

  #rows(): InquiryState[] {
    return [...this.inquiries.values()].filter((one) => placeOf(one)?.list === `default/${this.pool.pool}`);
  }

  /** As the runner shows it: the front of each group. */
  #line(): Line {
    return [...Map.groupBy(this.#rows(), groupOf)].map(([group, rows]) => ({
      group,
      roster: rows[0]?.roster ?? '',
      rows: rows.sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1)).slice(0, LIST_FRONT),
      isWhole: rows.length <= LIST_FRONT,
    }));
  }

  #seen(now: string) {
    return { now, line: this.#line(), rosters: () => this.roster };
  }

  /** What is left for another decision is decided at once, as the due time says. */
  #apply(update: PoolUpdate, now: string): PoolUpdate {
    this.pool = update.pool;
    this.decisions.push(update.given.length);
    for (const inquiry of [...update.moved, ...update.given.map((one) => one.inquiry)])
      this.inquiries.set(inquiry.inquiryId, inquiry);
    if (this.pool.dueAt !== now) return update;
    const rest = this.due(now);
    return {
      ...update,
      pool: rest.pool,
      given: [...update.given, ...rest.given],
      changes: [...update.changes, ...rest.changes],
    };
  }
}

/** Who was given what, in order. */
export const ownersIn = ({ given }: PoolUpdate): readonly (readonly [inquiryId: string, owner: string | null])[] =>
  given.map(({ inquiry: { inquiryId, owner } }) => [inquiryId, owner] as const);
