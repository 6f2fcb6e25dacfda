import type { PoolCommand } from '@sluice/contracts';
import { rostersOf, type Place, type PoolMemory } from './pool-memory.ts';
import { aChange, nothing, withOffers, type Verdict } from './verdict.ts';
import { placeIn } from './turns.ts';
import { pull } from './waiting-line.ts';

type Command = PoolCommand['command'];
type Asked<Do extends Command['do']> = Extract<Command, { do: Do }>;

/** Commands that concern a place in the rotation, and no inquiry. */
export type PlaceCommand = Asked<'leave' | 'return' | 'skip' | 'credit' | 'limit' | 'look'>;

/** Looks at the line again, after something may have become free. */
export const lookAgain = (memory: PoolMemory, now: string): Verdict => {
  const pulled = pull(memory, { now, rosters: rostersOf(memory) });
  return withOffers(pulled, pulled.picks);
};

const isKnown = (memory: PoolMemory, owner: string): boolean =>
  owner in memory.owners ||
  Object.keys(memory.rosters).some(
    (playbook) => rostersOf(memory)(playbook)?.owners.some(({ key }) => key === owner) ?? false,
  );

const changePlace = (place: Place, command: Exclude<PlaceCommand, Asked<'look'>>): Place => {
  switch (command.do) {
    case 'leave':
      return { ...place, left: { until: command.until } };
    case 'return':
      return { ...place, left: null };
    case 'skip':
      return { ...place, extra: place.extra - command.turns };
    case 'credit':
      return { ...place, extra: place.extra + command.turns };
    case 'limit':
      return { ...place, capacity: command.capacity };
  }
};

const changeOf = (command: Exclude<PlaceCommand, Asked<'look'>>) => {
  const { owner } = command;
  switch (command.do) {
    case 'leave':
      return aChange('left', { owner, because: command.until === null ? null : `until ${command.until}` });
    case 'return':
      return aChange('returned', { owner });
    case 'skip':
      return aChange('skipped', { owner, turns: command.turns });
    case 'credit':
      return aChange('credited', { owner, turns: command.turns });
    case 'limit':
      return aChange('limited', {
        owner,
        because: command.capacity === null ? 'as in the playbook' : `capacity ${command.capacity}`,
      });
  }
};

/** Changes a place as asked, and gives those who wait what became free by it. Who is not in the pool is named. */
export const obeyCommand = (memory: PoolMemory, command: PlaceCommand, now: string): Verdict => {
  if (command.do === 'look') return lookAgain(memory, now);
  const { owner } = command;
  if (!isKnown(memory, owner))
    return {
      ...nothing(memory),
      changes: [aChange('refused', { owner, because: 'nobody of that name is in the pool' })],
    };
  const changed = {
    ...memory,
    owners: { ...memory.owners, [owner]: changePlace(placeIn(memory.owners, owner), command) },
  };
  const after = lookAgain(changed, now);
  return { ...after, changes: [changeOf(command), ...after.changes] };
};
