import {
  assignmentRequested,
  effectRequested,
  inquiryAssigned,
  poolChanged,
  poolCommand,
  type AssignmentRequested,
  type PoolCommand,
} from '@sluice/contracts';
import { inForce, variantOf, type Playbook } from '@sluice/policy';
import { defineStage, emit, reject, remembering, type Memory, type Moment } from '@sluice/stage';
import { laterNotices } from '../domain/assignment/later-notices.ts';
import {
  contactKey,
  inquiryIn,
  inquiryKey,
  isCommand,
  keysOf,
  ownerIn,
  poolIn,
  poolKey,
  repeatKeyOf,
  type AssignmentFacts,
} from '../domain/assignment/memory-keys.ts';
import { moveInquiry } from '../domain/assignment/move-inquiry.ts';
import { obeyCommand } from '../domain/assignment/obey-command.ts';
import { withNextLook } from '../domain/assignment/next-look.ts';
import { assignmentMemory, type AssignmentMemory, type PoolMemory } from '../domain/assignment/pool-memory.ts';
import { noticeOf, unownedOf } from '../domain/assignment/read-request.ts';
import { requestOwner } from '../domain/assignment/request-owner.ts';
import { poolOf } from '../domain/assignment/staffed-pool.ts';
import type { Verdict } from '../domain/assignment/verdict.ts';
import { eventsOf, handedOver, memoriesOf } from '../domain/assignment/verdict-events.ts';
import { asksFor, noticesFor } from '../domain/notices.ts';
import { scopeOf } from '../domain/scope-of.ts';

const factsOf = (input: AssignmentRequested | PoolCommand, whole: Playbook): AssignmentFacts => {
  if (isCommand(input)) return { playbook: whole.name, remembersContacts: false };
  const scope = scopeOf(whole, input);
  return {
    playbook: variantOf(whole, scope, ['pools', 'calendars']),
    remembersContacts: inForce(whole, scope).pools[input.pool]?.repeat === 'owner-first',
  };
};

/** What is to become of the pool, and when time alone will change something for those who wait. */
const settled = (verdict: Verdict, before: PoolMemory, now: string): Verdict =>
  verdict.pool === before ? verdict : { ...verdict, pool: withNextLook(verdict.pool, now) };

interface Deciding {
  readonly facts: AssignmentFacts;
  readonly memory: Memory<AssignmentMemory>;
  readonly moment: Moment<Playbook>;
}

const decideRequest = (request: AssignmentRequested, { facts, memory, moment }: Deciding) => {
  const { playbook: whole, playbookHash, decisionId, now } = moment;
  const playbook = inForce(whole, scopeOf(whole, request));
  const before = poolIn(memory, poolKey(request));
  const { pool: name, requestedAt: _requestedAt, overflowedFrom = [], passedOver = [], ...inquiry } = request;
  const repeatKey = facts.remembersContacts ? repeatKeyOf(request) : null;
  const telling = (owner: string | null) => ({ decisionId, inquiry, owner, now });
  const verdict = settled(
    requestOwner(before, {
      name,
      overflowedFrom,
      now,
      roster: { playbook: facts.playbook, hash: playbookHash, pool: poolOf(playbook, name) },
      unowned: unownedOf(request, {
        playbook: facts.playbook,
        repeatKey,
        repeatOwner: repeatKey === null ? null : ownerIn(memory, contactKey(request, repeatKey)),
        now,
      }),
      notice: noticeOf(request, asksFor(playbook, telling(null))),
      known: inquiryIn(memory, inquiryKey(request.brand, request.inquiryId)),
    }),
    before,
    now,
  );
  if (verdict.isFull)
    return remembering<never, AssignmentMemory>(reject('pool-full', `as many wait in ${name} as may`), {});
  return remembering(
    emit(
      ...eventsOf(verdict, {
        brand: request.brand,
        pool: name,
        now,
        asked: null,
        lookedAt: before.lookAt,
        overflowedFrom,
        passedOver,
      }),
      ...(verdict.handOver ? [handedOver(request, { ...verdict.handOver, now })] : []),
      ...(verdict.given ? noticesFor(playbook, telling(verdict.given.owner)) : []),
    ),
    memoriesOf(verdict, request),
  );
};

/** Who says that a moment has come is right about it, however slow the clock of this machine is. */
const momentOf = ({ command, orderedAt }: PoolCommand, now: string): string =>
  command.do === 'look' && Date.parse(orderedAt) > Date.parse(now) ? orderedAt : now;

const decideCommand = (order: PoolCommand, { memory, moment: { decisionId, now: clock } }: Deciding) => {
  const { brand, pool: name, command, by, why } = order;
  const now = momentOf(order, clock);
  const pool = poolIn(memory, poolKey({ brand, pool: name }));
  const verdict = settled(
    'inquiryId' in command
      ? moveInquiry(pool, { name, command, known: inquiryIn(memory, inquiryKey(brand, command.inquiryId)), now })
      : obeyCommand(pool, command, now),
    pool,
    now,
  );
  const owner = verdict.given?.owner ?? null;
  return remembering(
    emit(
      ...eventsOf(verdict, {
        brand,
        pool: name,
        now,
        asked: { by, why },
        lookedAt: pool.lookAt,
        overflowedFrom: [],
        passedOver: [],
      }),
      ...(verdict.inquiry && owner !== null
        ? laterNotices({ decisionId, brand, inquiry: verdict.inquiry, owner, now })
        : []),
    ),
    memoriesOf(verdict, { brand, pool: name }),
  );
};

/**
 * Gives an inquiry an owner, as a fold over the memory of its pool, and asks for everybody concerned to be told. Requests and
 * whatever else changes who may have what (leave, capacity, work that is done) fold into the same memory: the same inputs in the
 * same order give the same owners, whoever decides them.
 */
export const assignOwner = defineStage<Playbook>()({
  name: 'assign-owner',
  consumes: [assignmentRequested.v1, poolCommand.v1],
  produces: [inquiryAssigned.v1, poolChanged.v1, poolCommand.v1, assignmentRequested.v1, effectRequested.v1],
  gather: async (input, _ports: unknown, { playbook }) => factsOf(input, playbook),
  state: { schema: assignmentMemory, keys: keysOf },

  decide(input, facts, memory, moment) {
    const deciding = { facts, memory, moment };
    return isCommand(input) ? decideCommand(input, deciding) : decideRequest(input, deciding);
  },
});
