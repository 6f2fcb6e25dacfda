import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { refuseControl } from './problem.ts';

export interface StoredObject {
  /** Counts up from 101 over all types, as digits. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A vendor's account: what was made in it, and whether its credentials are good. */
export interface Account {
  /** Whether every request is refused, whatever its credentials. */
  readonly isRefused: boolean;
  /** Oldest first. */
  all(type: string): readonly StoredObject[];
  /** Those that a search knows by now: where a vendor's index lags behind, not the latest. */
  searchable(type: string): readonly StoredObject[];
  get(type: string, id: string): StoredObject | null;
  add(type: string, fields: Readonly<Record<string, unknown>>, id?: string): StoredObject;
  /** Null where there is none. */
  change(type: string, id: string, fields: Readonly<Record<string, unknown>>): StoredObject | null;
  /** What an account can be told: `objects`, `access`, `settings`. */
  controls(app: FastifyInstance): void;
}

const FIRST_ID = 101;
const access = z.strictObject({ refused: z.boolean() });
const settings = z.strictObject({ searchDelayMs: z.int().min(0).max(600_000) });

/** `begin` makes what a new account has from the start; it has it again when all was forgotten. */
export const createAccount = (begin: (account: Account) => void = () => undefined): Account => {
  let objects = new Map<string, Map<string, StoredObject>>();
  let next = FIRST_ID;
  let isRefused = false;
  let searchDelayMs = 0;

  const ofType = (type: string): Map<string, StoredObject> => {
    const known = objects.get(type) ?? new Map<string, StoredObject>();
    objects.set(type, known);
    return known;
  };

  const account: Account = {
    get isRefused() {
      return isRefused;
    },
    all: (type) => [...ofType(type).values()],
    searchable: (type) => account.all(type).filter(({ madeAt }) => Date.now() - madeAt >= searchDelayMs),
    get: (type, id) => ofType(type).get(id) ?? null,
    add(type, fields, id = String(next)) {
      next += 1;
      const made = { id, madeAt: Date.now(), fields };
      ofType(type).set(id, made);
      return made;
    },
    change(type, id, fields) {
      const before = account.get(type, id);
      if (!before) return null;
      const after = { ...before, fields: { ...before.fields, ...fields } };
      ofType(type).set(id, after);
      return after;
    },
    controls(app) {
      app.get('/objects', async () =>
        Object.fromEntries(
          [...objects].map(([type, of]) => [type, [...of.values()].map(({ id, fields }) => ({ id, ...fields }))]),
        ),
      );
      app.delete('/objects', async (_request, reply) => {
        objects = new Map();
        begin(account);
        return reply.code(204).send();
      });
      app.post('/access', async (request, reply) => {
        const wanted = access.safeParse(request.body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        isRefused = wanted.data.refused;
        return wanted.data;
      });
      app.post('/settings', async (request, reply) => {
        const wanted = settings.safeParse(request.body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        searchDelayMs = wanted.data.searchDelayMs;
        return wanted.data;
      });
    },
  };
  begin(account);
  return account;
};

/** The effect that a text, a tag or a property names: `sluice:<uuid>`; null where none does. */
export const effectNamedIn = (text: unknown): string | null =>
  typeof text === 'string' ? (/sluice:([0-9a-f-]{36})/u.exec(text)?.[1] ?? null) : null;
