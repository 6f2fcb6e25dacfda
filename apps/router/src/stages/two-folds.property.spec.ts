import {
  commandRefused,
  inquiryAssigned,
  inquiryCommand,
  inquiryScored,
  poolChanged,
  poolCommand,
  slaClocksMoved,
  type DomainEvent,
} from '@sluice/contracts';
import type { PlaybookHash } from '@sluice/kernel';
import { stageSpec } from '@sluice/stage/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StoredConversation } from '../domain/conversation/conversation.ts';
import type { AssignmentState } from '../domain/pool/pool-state.ts';
import { TALK } from '../testing/a-conversation.ts';
import { aPool } from '../testing/a-pool.ts';
import { conversationIdOf, inquiryIdOf } from '../testing/a-request.ts';
import { aScored } from '../testing/a-scored.ts';
import { aClockPlaybook } from '../testing/clock-playbook.ts';
import { assignOwner } from './assign-owner.stage.ts';
import { followConversation } from './follow-conversation.stage.ts';

const CAPACITY = 2;
const OWNERS = ['ada', 'grace'];
const playbook = aClockPlaybook(600, {
  pools: {
    desk: aPool(
      OWNERS.map((key) => ({ key, capacity: CAPACITY })),
      { repeat: 'owner-first' },
    ),
  },
  routes: [{ id: 'desk', when: 'true', queue: 'sales', pool: 'desk', sla: { followup: 600 } }],
  sla: { clocks: { followup: { stops: ['claimed', 'replied'], restarts: true, ladder: 'ladder' } } },
});

type Row = Extract<AssignmentState, { readonly kind: 'inquiry' }>;

/** Both folds, each topic in its order, and the topics in any: as their records may come. */
class BothFolds {
  #conversations: Readonly<Record<string, StoredConversation>> = {};
  #pools: Readonly<Record<string, AssignmentState>> = {};
  readonly #queues = new Map<string, DomainEvent[]>();
  readonly said: DomainEvent[] = [];
  #decisions = 0;

  put(event: DomainEvent): void {
    const queue = this.#queues.get(event.type) ?? [];
    this.#queues.set(event.type, [...queue, event]);
  }

  /** Decides the first record of one of the topics that hold any. False when all is done. */
  decideOne(pick: number): boolean {
    const waiting = [...this.#queues].filter(([, queue]) => queue.length > 0);
    const [type, [event, ...rest]] = waiting[pick % Math.max(1, waiting.length)] ?? ['', []];
    if (!event) return false;
    this.#queues.set(type, rest);
    for (const one of this.#decide(event)) {
      this.said.push(one);
      this.put(one);
    }
    return true;
  }

  #decide(event: DomainEvent): readonly DomainEvent[] {
    const moment = {
      now: '2026-01-05T01:00:00.000Z',
      playbookHash: '0'.repeat(64) as PlaybookHash,
      decisionId: `00000000-0000-5000-8000-${String((this.#decisions += 1)).padStart(12, '0')}` as never,
    };
    if (followConversation.inputs.some(({ type }) => type === event.type)) {
      const { outcome } = stageSpec(followConversation, playbook)(event.data as never, this.#conversations).when(
        null,
        moment,
      );
      if ('remember' in outcome) this.#conversations = { ...this.#conversations, ...(outcome.remember as object) };
      return outcome.kind === 'emit' ? outcome.events : [];
    }
    if (!assignOwner.inputs.some(({ type }) => type === event.type)) return [];
    const facts = { roster: 'test', remembersContacts: true };
    const { outcome } = stageSpec(assignOwner, playbook)(event.data as never, this.#pools).when(facts, moment);
    if ('remember' in outcome) this.#pools = { ...this.#pools, ...(outcome.remember as object) };
    return outcome.kind === 'emit' ? outcome.events : [];
  }

  rows(): readonly Row[] {
    return Object.values(this.#pools).filter((one) => one.kind === 'inquiry');
  }

  conversation(): StoredConversation | undefined {
    return this.#conversations[conversationIdOf(TALK)];
  }

  /** What the pool's row says of its owners and its line, beside what the rows of its inquiries say. */
  counts() {
    const pool = Object.values(this.#pools).find((one) => one.kind === 'pool');
    const ownedBy = (key: string) =>
      this.rows().filter(({ status, owner }) => status === 'owned' && owner === key).length;
    return {
      said: [...OWNERS.map((key) => pool?.owners[key]?.open ?? 0), pool?.waiting ?? 0],
      counted: [...OWNERS.map(ownedBy), this.rows().filter(({ status }) => status === 'waiting').length],
    };
  }
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const name = fc.constantFrom(...NAMES);
const owner = fc.constantFrom(...OWNERS, 'nobody');
const command = (about: string, what: object) =>
  inquiryCommand.v1.of(
    inquiryCommand.v1.parse({
      inquiryId: inquiryIdOf(about),
      conversationId: conversationIdOf(TALK),
      command: what,
      by: 'console',
      why: null,
      at: '2026-01-05T00:30:00.000Z',
    }),
  );
const order = (what: object) =>
  poolCommand.v1.of(
    poolCommand.v1.parse({
      brand: 'default',
      pool: 'desk',
      command: what,
      by: 'console',
      why: null,
      orderedAt: '2026-01-05T00:30:00.000Z',
    }),
  );
const event: fc.Arbitrary<DomainEvent> = fc.oneof(
  {
    weight: 6,
    arbitrary: name.map((about) =>
      inquiryScored.v1.of(aScored(about, { conversation: TALK, receivedAt: '2026-01-05T00:00:00.000Z' })),
    ),
  },
  { weight: 5, arbitrary: fc.tuple(name, owner).map(([about, who]) => command(about, { do: 'claim', owner: who })) },
  { weight: 1, arbitrary: name.map((about) => command(about, { do: 'close' })) },
  { weight: 1, arbitrary: name.map((about) => command(about, { do: 'reply' })) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(name, owner)
      .map(([about, who]) => order({ do: 'decline', inquiryId: inquiryIdOf(about), owner: who })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(name, owner)
      .map(([about, who]) => order({ do: 'claim', inquiryId: inquiryIdOf(about), owner: who })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('ada', 'grace').map((who) => order({ do: 'leave', owner: who, until: null })),
  },
  { weight: 2, arbitrary: fc.constantFrom('ada', 'grace').map((who) => order({ do: 'return', owner: who })) },
);

it('conversations and pools agree, in whatever order their records come: on owners, on places, and on what is closed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(event, fc.array(fc.nat({ max: 7 }), { maxLength: 4 })), { minLength: 20, maxLength: 60 }),
      (steps) => {
        const world = new BothFolds();
        const check = (): void => {
          const { said, counted } = world.counts();
          expect(said).toEqual(counted);
          for (const open of said.slice(0, OWNERS.length)) expect(open).toBeLessThanOrEqual(CAPACITY);
        };
        for (const [one, picks] of steps) {
          world.put(one);
          for (const pick of picks) {
            world.decideOne(pick);
            check();
          }
        }
        while (world.decideOne(0)) check();

        const { open = {}, closed = [] } = world.conversation() ?? {};
        const rows = new Map(world.rows().map((row) => [row.inquiryId, row]));
        for (const [id, inquiry] of Object.entries(open))
          expect([id, inquiry.owner]).toEqual([id, rows.get(id)?.owner ?? null]);
        for (const id of closed) expect(['released', undefined]).toContain(rows.get(id)?.status);

        const of = (type: string) => world.said.filter((one) => one.type === type).map(({ data }) => data);
        const claimed = of(inquiryAssigned.v1.type).filter((data) => (data as { by?: string }).by === 'claim').length;
        const stopped = of(slaClocksMoved.v1.type).flatMap((data) => slaClocksMoved.v1.parse(data).moves);
        expect(stopped.filter(({ because }) => because === 'claimed').length).toBeLessThanOrEqual(claimed);

        // Each claim of an inquiry is held, or refused: by its pool, or here.
        const claims = steps.filter(
          ([{ type, data }]) => type === inquiryCommand.v1.type && inquiryCommand.v1.parse(data).command.do === 'claim',
        );
        const refused =
          of(commandRefused.v1.type).length +
          of(poolChanged.v1.type).flatMap((data) =>
            poolChanged.v1.parse(data).changes.filter(({ change }) => change === 'refused'),
          ).length;
        expect(claimed + refused).toBeGreaterThanOrEqual(claims.length);
      },
    ),
    { numRuns: 100 },
  );
});
