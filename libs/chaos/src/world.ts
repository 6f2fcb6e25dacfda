import type { SimulatorControls } from '@sluice/simulators';
import type { Stack } from '@sluice/tooling';
import type { Span } from './judge/evidence.ts';
import type { Load } from './load.ts';

/** The stages' services and the notifier: what faults strike. */
export const services = ['ingest', 'enricher', 'classifier', 'router', 'notifier'] as const;
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

/** Faults that strike at once: more than one only where each strikes another service. */
export interface Round {
  readonly name: string;
  readonly faults: readonly Fault[];
}

/** What came of a round. */
export interface Struck {
  readonly round: string;
  /** As they were planned. */
  readonly faults: readonly string[];
  /** Until every service was well again. */
  readonly span: Span;
  readonly seconds: number;
  /** Why it could not be struck; null when it was. */
  readonly failure: string | null;
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const pick = <Item>(random: () => number, items: readonly Item[]): Item => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('picking from nothing');
  return item;
};
