import { assignmentRequested, effectRequested, inquiryAssigned, poolChanged, poolCommand, type AssignmentRequested, type PoolCommand } from '@sluice/contracts';
import type { Playbook, Pool } from '@sluice/policy';
import { defineStage, emit, reject, remembering, type Memory, type Moment } from '@sluice/stage';
import { laterNotices } from '../domain/assignment/later-notices.ts';
import { contactKey, inquiryIn, inquiryKey, isCommand, keysOf, ownerIn, poolIn, poolKey, repeatKeyOf, type AssignmentFacts } from '../domain/assignment/memory-keys.ts';
import { moveInquiry } from '../domain/assignment/move-inquiry.ts';
import { obeyCommand } from '../domain/assignment/obey-command.ts';
import { assignmentMemory, type AssignmentMemory } from '../domain/assignment/pool-memory.ts';
import { noticeOf, unownedOf } from '../domain/assignment/read-request.ts';
import { requestOwner } from '../domain/assignment/request-owner.ts';
import { eventsOf, handedOver, memoriesOf } from '../domain/assignment/verdict-events.ts';
import { noticesFor } from '../domain/notices.ts';

const poolOf = ({ pools }: Playbook, name: string): Pool => {
  const pool = pools[name];
  if (!pool) throw new Error(`assigning: the playbook has no pool "${name}"`);
  return pool;
};

const factsOf = (input: AssignmentRequested | PoolCommand, { name, pools }: Playbook): AssignmentFacts =>
  ({ playbook: name, remembersContacts: !isCommand(input) && pools[input.pool]?.repeat === 'owner-first' });

interface Deciding {
  readonly facts: AssignmentFacts;
  readonly memory: Memory<AssignmentMemory>;
  readonly moment: Moment<Playbook>;
}

const decideRequest = (request: AssignmentRequested, { facts, memory, moment }: Deciding) => {
  const { playbook, playbookHash, decisionId, now } = moment;
  const { pool: name, requestedAt: _requestedAt, overflowedFrom = [], passedOver = [], ...inquiry } = request;
  const repeatKey = facts.remembersContacts ? repeatKeyOf(request) : null;
  const notices = (owner: string | null) => noticesFor(playbook, { decisionId, inquiry, owner, now });
  const verdict = requestOwner(poolIn(memory, poolKey(request)), {
    name, overflowedFrom, now,
    roster: { playbook: facts.playbook, hash: playbookHash, pool: poolOf(playbook, name) },
    unowned: unownedOf(request, { playbook: facts.playbook, repeatKey, repeatOwner: repeatKey === null ? null : ownerIn(memory, contactKey(request, repeatKey)), now }),
    notice: noticeOf(request, notices(null).map(({ data }) => data)),
    known: inquiryIn(memory, inquiryKey(request.brand, request.inquiryId)),
  });
  if (verdict.isFull) return remembering<never, AssignmentMemory>(reject('pool-full', `as many wait in ${name} as may`), {});
  return remembering(emit(
    ...eventsOf(verdict, { brand: request.brand, pool: name, now, asked: null, overflowedFrom, passedOver }),
    ...(verdict.handOver ? [handedOver(request, { ...verdict.handOver, now })] : []),
    ...(verdict.given ? notices(verdict.given.owner) : []),
  ), memoriesOf(verdict, request));
};

const decideCommand = ({ brand, pool: name, command, by, why }: PoolCommand, { memory, moment: { decisionId, now } }: Deciding) => {
  const pool = poolIn(memory, poolKey({ brand, pool: name }));
  const verdict = 'inquiryId' in command
    ? moveInquiry(pool, { name, command, known: inquiryIn(memory, inquiryKey(brand, command.inquiryId)), now })
    : obeyCommand(pool, command, now);
  const owner = verdict.given?.owner ?? null;
  return remembering(emit(
    ...eventsOf(verdict, { brand, pool: name, now, asked: { by, why }, overflowedFrom: [], passedOver: [] }),
    ...(verdict.inquiry && owner !== null ? laterNotices({ decisionId, brand, inquiry: verdict.inquiry, owner, now }) : []),
  ), memoriesOf(verdict, { brand, pool: name }));
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
