import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createFaultPlan, type FaultPlan } from './fault-plan.ts';
import { createJournal, type Journal, type OpenEntry } from './journal.ts';

export type Outage = 'unavailable' | 'reset';

/** What every simulator has: a journal of what it got, and someone who can make it fail. */
export interface Desk {
  readonly journal: Journal;
  readonly faults: FaultPlan;
  /** Null while up. */
  outage: Outage | null;
  /** Writes down that `request` changed the simulated world under `key`. */
  applied(request: FastifyRequest, key: string): void;
  readonly entries: WeakMap<FastifyRequest, OpenEntry>;
}

export const createDesk = (): Desk => {
  const entries = new WeakMap<FastifyRequest, OpenEntry>();
  return {
    journal: createJournal(),
    faults: createFaultPlan(),
    outage: null,
    entries,
    applied: (request, key) => entries.get(request)?.applied(key),
  };
};

export interface Simulator {
  readonly name: string;
  /** Adds the routes of the simulated system, relative to `/<name>`. */
  routes(app: FastifyInstance, desk: Desk): void;
  /** Starts what does not speak HTTP, on a port of its own. */
  start?(host: string, desk: Desk): Promise<void>;
  /** Ends what was started. */
  stop?(): Promise<void>;
  /** Adds what only this simulator can be told, relative to `/__sim/<name>`. */
  controls?(app: FastifyInstance): void;
}
