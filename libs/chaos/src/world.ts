import type { SimulatorControls } from '@sluice/simulators';
import { waitWhileMoving, type ProcessRecord, type Stack } from '@sluice/tooling';
import type { Span } from './judge/evidence.ts';
import type { Load } from './load.ts';

/** What faults strike. */
export const services = ['ingest', 'enricher', 'classifier', 'router', 'notifier', 'api'] as const;
export type Service = (typeof services)[number];

/** As quick as a broker allows: a run has many deaths to get over. */
export const SESSION_TIMEOUT_MS = 6_000;
export const TRANSACTION_TIMEOUT_MS = 6_000;

/** What faults act on. */
export interface World {
  readonly root: string;
  readonly stack: Stack;
  readonly simulators: SimulatorControls;
  readonly load: Load;
  /** Runs one of Kafka's own command line tools and gives what it prints. */
  readonly kafkaTool: (mainClass: string, args: readonly string[]) => Promise<string>;
}

/** Something that goes wrong. Strikes once, waits until it has taken effect, and puts the world right again. @throws Error when it could not strike. */
export interface Fault {
  readonly name: string;
  strike(world: World): Promise<void>;
}

/** What a round has in view. A run strikes each kind at least once, however little time it has. */
export const kinds = [
  'death at a point of a stage',
  'death at a point of an effect',
  'fencing',
  'lost answer',
  'rebalance',
  'outage of helpers',
  'broker',
  'database',
  'poison',
  'troubled provider',
  'upgrade',
] as const;
export type Kind = (typeof kinds)[number];

/** Faults that strike at once: more than one only where each strikes another service. */
export interface Round {
  readonly name: string;
  readonly kinds: readonly Kind[];
  readonly faults: readonly Fault[];
}

/** What came of a round. */
export interface Struck {
  readonly round: string;
  readonly kinds: readonly Kind[];
  /** As they were planned. */
  readonly faults: readonly string[];
  /** Until every service was well again. */
  readonly span: Span;
  readonly seconds: number;
  /** Why it could not be struck; null when it was. */
  readonly failure: string | null;
}

export interface MeetOptions {
  readonly world: Pick<World, 'load'>;
  readonly what: string;
  /** What is still lacking, in words that change with every step nearer; null once it is met. */
  readonly look: () => Promise<string | null> | string | null;
  /** Whose end means that it can't be met any more. */
  readonly process?: ProcessRecord;
}

/** A fault needs something to come by: for so long nothing may move, and so long may things move without bringing it nearer. */
const PATIENCE = { quietMs: 120_000, sameMs: 300_000 };

/** Waits until a fault has met what it strikes, for as long as inquiries are taken in and it comes nearer: not by the clock. */
export const untilMet = ({ world, what, look, ...watched }: MeetOptions): Promise<void> =>
  waitWhileMoving(async () => look(), {
    ...PATIENCE,
    ...watched,
    what,
    sign: () => world.load.acknowledged.length,
  });

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const pick = <Item>(random: () => number, items: readonly Item[]): Item => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('picking from nothing');
  return item;
};
