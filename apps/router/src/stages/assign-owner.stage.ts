import {
  assignmentRequested,
  effectRequested,
  inquiryAssigned,
  poolChanged,
  poolCommand,
  poolDue,
  type AssignmentRequested,
  type PoolCommand,
  type PoolDue,
} from '@sluice/contracts';
import { inForce, variantOf, type Playbook } from '@sluice/policy';
import { defineStage, emit, remembering, type Memory, type Moment } from '@sluice/stage';
import { obeyCommand, serveWaiting } from '../domain/pool/obey-command.ts';
import { contactOwnersOf, eventsOf, type Saying } from '../domain/pool/pool-events.ts';
import {
  assignmentState,
  contactKey,
  contactOwnerIn,
  dueOf,
  expiresAt,
  inquiryIn,
  inquiryKey,
  isCommand,
  isRequest,
  keysOf,
  listsOf,
  placeOf,
  playbooksOf,
  poolIn,
  poolKey,
  repeatKeyOf,
  storePool,
  type AssignmentFacts,
  type AssignmentInput,
  type AssignmentState,
  type PoolState,
} from '../domain/pool/pool-state.ts';
import type { PoolUpdate } from '../domain/pool/pool-update.ts';
import { inquiryOf, requestOwner } from '../domain/pool/request-owner.ts';
import { rosterIn, rostersOf, withRoster } from '../domain/pool/roster.ts';
import { lineIn } from '../domain/pool/waiting-line.ts';
import { contactDaysKept, daysKept } from '../domain/retention.ts';

type Remembered = Record<string, AssignmentState>;

const factsOf = (input: AssignmentInput, whole: Playbook): AssignmentFacts => {
  if (!isRequest(input)) return { roster: whole.name, remembersContacts: false };
  return {
    roster: variantOf(whole, input, ['pools', 'calendars']),
    remembersContacts: inForce(whole, input).pools[input.pool]?.repeat === 'owner-first',
  };
};

interface Deciding {
  readonly facts: AssignmentFacts;
  readonly memory: Memory<AssignmentState>;
  readonly moment: Moment<Playbook>;
}

/** What is remembered of an update. A pool that did not change is not written. */
const rememberedOf = ({ pool, given, moved }: PoolUpdate, before: PoolState): Remembered => ({
  ...(pool === before ? {} : { [poolKey(pool)]: storePool(pool) }),
  ...Object.fromEntries(
    [...moved, ...given.map(({ inquiry }) => inquiry)].map((inquiry) => [
      inquiryKey(inquiry.brand, inquiry.inquiryId),
      inquiry,
    ]),
  ),
});

const contactOf = (owner: string, { playbook }: Moment<Playbook>): AssignmentState => ({
  kind: 'contact',
  owner,
  daysKept: contactDaysKept(playbook),
});

const decideRequest = (request: AssignmentRequested, { facts, memory, moment }: Deciding) => {
  const { playbook: whole, playbookHash, playbookOf, decisionId, now } = moment;
  const playbook = inForce(whole, request);
  const { brand, pool: name, channel, intent } = request;
  const roster = rosterIn(playbook, name);
  const before = poolIn(memory, { brand, pool: name });
  const pool = withRoster(before, facts.roster, { playbook: playbookHash, channel, intent });
  const repeatKey = facts.remembersContacts ? repeatKeyOf(request) : null;
  const inquiry = inquiryOf(request, {
    roster: facts.roster,
    repeatKey,
    repeatOwner: repeatKey === null ? null : contactOwnerIn(memory, contactKey(request, repeatKey)),
    daysKept: daysKept(playbook),
    now,
  });
  const update = requestOwner(
    pool,
    {
      inquiry,
      roster,
      overflowedFrom: request.overflowedFrom ?? [],
      known: inquiryIn(memory, inquiryKey(brand, request.inquiryId)),
    },
    { line: lineIn(memory, pool), rosters: rostersOf(pool, playbookOf), now },
  );
  const saying: Saying = { brand, pool: name, decisionId, now, asked: null, request };
  const own = contactOwnersOf(update).find(({ inquiryId }) => inquiryId === request.inquiryId);
  return remembering(emit(...eventsOf(update, saying)), {
    ...rememberedOf(update, before),
    ...(own ? { [contactKey(request, own.repeatKey)]: contactOf(own.owner, moment) } : {}),
  });
};

const decideCommand = ({ brand, pool: name, command, by, why }: PoolCommand, { memory, moment }: Deciding) => {
  const { decisionId, now, playbookOf } = moment;
  if (command.do === 'remember-owner')
    return remembering<never, AssignmentState>(emit(), {
      [contactKey({ brand, pool: name }, command.repeatKey)]: contactOf(command.owner, moment),
    });
  const pool = poolIn(memory, { brand, pool: name });
  const update = obeyCommand(pool, command, {
    line: lineIn(memory, pool),
    rosters: rostersOf(pool, playbookOf),
    now,
    known: 'inquiryId' in command ? inquiryIn(memory, inquiryKey(brand, command.inquiryId)) : null,
  });
  const saying: Saying = { brand, pool: name, decisionId, now, asked: { by, why }, request: null };
  return remembering(emit(...eventsOf(update, saying)), rememberedOf(update, pool));
};

/** A moment has come. Whoever says so is right about it, however slow the clock of this machine is. */
const decideDue = ({ brand, pool: name, dueAt }: PoolDue, { memory, moment }: Deciding) => {
  const { decisionId, playbookOf } = moment;
  const now = Date.parse(dueAt) > Date.parse(moment.now) ? dueAt : moment.now;
  const pool = poolIn(memory, { brand, pool: name });
  const update = serveWaiting(pool, { line: lineIn(memory, pool), rosters: rostersOf(pool, playbookOf), now });
  const saying: Saying = { brand, pool: name, decisionId, now, asked: null, request: null };
  // Written also when nothing has changed: that sets the next moment.
  return remembering(emit(...eventsOf(update, saying)), rememberedOf({ ...update, pool: { ...update.pool } }, pool));
};

/**
 * Gives an inquiry an owner, as a fold over the state of its pool, and asks for everybody concerned to be told. Requests and
 * whatever else changes who may have what (leave, capacity, work that is done, time) fold into the same state: the same inputs in
 * the same order give the same owners, whoever decides them.
 */
export const assignOwner = defineStage<Playbook>()({
  name: 'assign-owner',
  consumes: [assignmentRequested.v1, poolCommand.v1, poolDue.v1],
  produces: [inquiryAssigned.v1, poolChanged.v1, poolCommand.v1, assignmentRequested.v1, effectRequested.v1],
  gather: async (input, _ports: unknown, { playbook }) => factsOf(input, playbook),
  state: { schema: assignmentState, keys: keysOf, lists: listsOf, placeOf, dueOf, playbooksOf, expiresAt },

  decide(input, facts, memory, moment) {
    const deciding = { facts, memory, moment };
    if (isRequest(input)) return decideRequest(input, deciding);
    return isCommand(input) ? decideCommand(input, deciding) : decideDue(input, deciding);
  },
});
