import { uuidV5 } from '@sluice/kernel';
import type { EventContract } from '../contract.ts';

/** A valid event that is hard on whoever handles it. */
export interface PoisonedEvent {
  readonly poison: string;
  readonly data: Readonly<Record<string, unknown>>;
}

type Path = readonly (string | number)[];
type Fields = Readonly<Record<string, unknown>>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT/;

const leavesOf = (value: unknown, path: Path = []): readonly (readonly [Path, unknown])[] => {
  if (Array.isArray(value)) return value.flatMap((one, at) => leavesOf(one, [...path, at]));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, one]) => leavesOf(one, [...path, name]));
  return [[path, value]];
};

const withLeaf = (value: unknown, [first, ...rest]: Path, leaf: unknown): unknown => {
  if (first === undefined) return leaf;
  if (Array.isArray(value)) return value.map((one, at) => (at === first ? withLeaf(one, rest, leaf) : one));
  const fields = value as Fields;
  return { ...fields, [first]: withLeaf(fields[first], rest, leaf) };
};

/** What becomes of a text or a number; undefined leaves it as it is. */
type Change = (leaf: string | number) => string | number | undefined;

const texts =
  (change: (text: string) => string): Change =>
  (leaf) =>
    typeof leaf === 'string' && !UUID.test(leaf) && !INSTANT.test(leaf) ? change(leaf) : undefined;
const instants =
  (to: string): Change =>
  (leaf) =>
    typeof leaf === 'string' && INSTANT.test(leaf) ? to : undefined;
const numbers =
  (to: number): Change =>
  (leaf) =>
    typeof leaf === 'number' ? to : undefined;

/** Nearly as much as a record may have, so that whatever is made of it is too large. */
const LARGE = 900_000;

const poisons: Readonly<Record<string, Change>> = {
  'NUL in each text': texts((text) => `${text}\u0000`),
  'half a pair of surrogates in each text': texts((text) => `${text}\ud83d`),
  'control characters and a right-to-left mark in each text': texts((text) => `\u001b\u0007\u202e${text}`),
  'names that nobody knows': texts(() => 'nobody-knows-this'),
  'names that objects have already': texts(() => '__proto__'),
  'moments in the year 9998': instants('9998-12-31T23:59:59.999Z'),
  'moments in the year 1970': instants('1970-01-01T00:00:00.000Z'),
  'numbers without end': numbers(Number.MAX_SAFE_INTEGER),
  'numbers below all others': numbers(-Number.MAX_SAFE_INTEGER),
};

/** Of these one text is enough. */
const largePoisons: Readonly<Record<string, Change>> = {
  'a text as large as a record': texts((text) => text.padEnd(LARGE, ' and so on')),
  'a text that grows when it is escaped': texts((text) => text.padEnd(LARGE / 4, '"\\\u0001')),
};

const accepts = (contract: EventContract<string, unknown>, data: unknown): boolean => {
  try {
    contract.parse(data);
    return true;
  } catch {
    return false;
  }
};

interface Poisoning {
  readonly change: Change;
  /** So many leaves are changed at most. */
  readonly most: number;
}

const poisonedBy = (
  contract: EventContract<string, unknown>,
  event: Fields,
  { change, most }: Poisoning,
): Fields | null => {
  let data: unknown = event;
  let left = most;
  for (const [path, leaf] of leavesOf(event)) {
    const changed = typeof leaf === 'string' || typeof leaf === 'number' ? change(leaf) : undefined;
    if (left === 0 || changed === undefined || changed === leaf) continue;
    const next = withLeaf(data, path, changed);
    if (!accepts(contract, next)) continue;
    data = next;
    left -= 1;
  }
  return data === event ? null : (data as Fields);
};

/** Under ids of its own, the same for the same event and poison. */
const withOwnIds = (event: Fields, poison: string): Fields =>
  Object.fromEntries(
    Object.entries(event).map(([name, value]) => [
      name,
      typeof value === 'string' && UUID.test(value) ? uuidV5(value, poison) : value,
    ]),
  );

/**
 * An event with everything in it that has stopped somebody somewhere: each text, moment or number that its contract lets be so is
 * so. No stage may stop at any of them, or lose what comes after.
 */
export const poisonedEvents = (contract: EventContract<string, unknown>, event: Fields): readonly PoisonedEvent[] =>
  [
    ...Object.entries(poisons).map(([poison, change]) => ({ poison, change, most: Infinity })),
    ...Object.entries(largePoisons).map(([poison, change]) => ({ poison, change, most: 1 })),
  ].flatMap(({ poison, ...poisoning }) => {
    const data = poisonedBy(contract, withOwnIds(event, poison), poisoning);
    return data === null ? [] : [{ poison, data }];
  });
