import { poolSchema, type Owner, type Pool } from '@sluice/policy';
import { emptyPool, type InquiryMemory, type PoolMemory, type Unowned } from '../domain/assignment/pool-memory.ts';
import type { Verdict } from '../domain/assignment/verdict.ts';
import { moveInquiry, type InquiryCommand } from '../domain/assignment/move-inquiry.ts';
import { obeyCommand, type PlaceCommand } from '../domain/assignment/obey-command.ts';
import { requestOwner, type OwnerRequest } from '../domain/assignment/request-owner.ts';

type OwnerLike = Partial<Owner> & Pick<Owner, 'key'>;

/** A pool of owners of whom only the key must be said. */
export const aPool = (owners: readonly OwnerLike[], over: Partial<Pool> = {}): Pool =>
  poolSchema.parse({ owners, noneAvailable: { do: 'hold' }, ...over });

export const NOW = '2026-01-05T09:00:00.000Z';

/** An inquiry that anybody could take. */
export const anUnowned = (inquiryId: string, over: Partial<Unowned> = {}): Unowned => ({
  inquiryId,
  playbook: 'test',
  needs: { skills: [], territory: null, language: null },
  category: 'lead',
  topics: [],
  vip: false,
  dueAt: null,
  heldSince: NOW,
  repeatKey: null,
  repeatOwner: null,
  past: [],
  ...over,
});

export const aNotice = {
  conversationId: '22222222-2222-5222-8222-222222222222',
  source: 'web-form',
  category: 'lead',
  label: null,
  score: 0,
  priority: 'normal',
  queue: 'sales',
  due: [],
  told: [],
};

/** One pool of a brand with what it remembers, driven request by request: the fold without the runner. */
export class PoolBench {
  memory: PoolMemory = emptyPool;
  readonly inquiries = new Map<string, InquiryMemory>();
  readonly name: string;
  pool: Pool;

  constructor(pool: Pool, name = 'sales') {
    this.pool = pool;
    this.name = name;
  }

  request(unowned: Unowned, { now = NOW, ...over }: Partial<OwnerRequest> = {}): Verdict {
    return this.#apply(
      requestOwner(this.memory, {
        name: this.name,
        roster: { playbook: unowned.playbook, hash: JSON.stringify(this.pool), pool: this.pool },
        unowned,
        notice: aNotice,
        overflowedFrom: [],
        known: this.inquiries.get(unowned.inquiryId) ?? null,
        now,
        ...over,
      }),
    );
  }

  obey(command: PlaceCommand, now = NOW): Verdict {
    return this.#apply(obeyCommand(this.memory, command, now));
  }

  move(command: InquiryCommand, now = NOW): Verdict {
    return this.#apply(
      moveInquiry(this.memory, { name: this.name, command, known: this.inquiries.get(command.inquiryId) ?? null, now }),
    );
  }

  /** Looks at every offer afresh, as the stage does when its own command comes round; gives who got what. */
  settle(verdict: Verdict, now = NOW): readonly (readonly [inquiryId: string, owner: string | null])[] {
    return verdict.offers.flatMap(({ unowned, owner }) => {
      const settled = this.move(
        { do: 'offer', inquiryId: unowned.inquiryId as never, owner, repeatKey: unowned.repeatKey },
        now,
      );
      return [[unowned.inquiryId, settled.given?.owner ?? null] as const, ...this.settle(settled, now)];
    });
  }

  ownerOf(inquiryId: string): string | null {
    return this.inquiries.get(inquiryId)?.owner ?? null;
  }

  #apply(verdict: Verdict): Verdict {
    this.memory = verdict.pool;
    if (verdict.inquiry) this.inquiries.set(verdict.inquiry.unowned.inquiryId, verdict.inquiry);
    return verdict;
  }
}
