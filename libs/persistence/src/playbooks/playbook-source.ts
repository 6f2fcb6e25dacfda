import { TransientError, type PlaybookHash } from '@sluice/kernel';
import type { PlaybookInForce, PlaybookSource } from '@sluice/stage';
import type { Postgres, Row } from '../postgres.ts';
import { PLAYBOOKS_SCHEMA } from './playbook-migrations.ts';

/** For which brand and source a version is in force; `*` stands for any. */
export interface Activation {
  readonly brand: string;
  readonly source: string;
  readonly hash: string;
}

/** A pointer is never believed longer than this, so a pod obeys one that moved well within the five seconds that are promised. */
const REREAD_MS = 2_000;

interface Pointers {
  /** Taken before the question was asked: what is answered may be as old as that. */
  readonly askedAt: number;
  readonly rows: Promise<readonly Activation[]>;
}

const moreSpecific = (a: Activation, b: Activation): number =>
  Number(b.source !== '*') - Number(a.source !== '*') || Number(b.brand !== '*') - Number(a.brand !== '*');

const matches = (pattern: string, value: string): boolean => pattern === '*' || pattern === value;

const toActivation = ({ brand, source, hash }: Row): Activation => ({
  brand: String(brand),
  source: String(source),
  hash: String(hash),
});

export interface StoredPlaybooks<Playbook> extends PlaybookSource<Playbook> {
  /** Every version that is in force for some brand and source. @throws TransientError */
  allActive(): Promise<readonly PlaybookInForce<Playbook>[]>;
}

export interface PlaybookSourceOptions<Playbook> {
  /** @throws when this build can't read the document. */
  readonly parse: (document: unknown) => Playbook;
  readonly schema?: string;
}

/**
 * Playbooks by hash, kept for ever once read (they never change), and the active pointers, read again every two seconds. Asking is
 * short and survives whatever a pooler or a failover does to a connection, which a subscription (LISTEN) does not (ADR 014).
 * While Postgres is away nothing is guessed: who asks is told, and the stage waits.
 */
export const createPlaybookSource = <Playbook>(
  postgres: Postgres,
  { parse, schema = PLAYBOOKS_SCHEMA }: PlaybookSourceOptions<Playbook>,
): StoredPlaybooks<Playbook> => {
  const versions = new Map<string, Promise<PlaybookInForce<Playbook>>>();
  let pointers: Pointers | null = null;

  /** A version of a newer build is no fault of the inquiry that began with it: who asks waits, until a build runs that reads it. */
  const readable = (hash: string, document: unknown): Playbook => {
    try {
      return parse(document);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new TransientError(`reading playbook ${hash.slice(0, 12)}: this build can not read it: ${why}`, { cause });
    }
  };

  const read = async (hash: string): Promise<PlaybookInForce<Playbook>> => {
    const [row] = await postgres.query(`select document from "${schema}".playbook where hash = $1`, [hash]);
    if (!row) throw new Error(`looking for playbook ${hash.slice(0, 12)}: it was never published here`);
    return { hash: hash as PlaybookHash, playbook: readable(hash, row['document']) };
  };

  const byHash = (hash: string): Promise<PlaybookInForce<Playbook>> => {
    const known = versions.get(hash) ?? read(hash);
    versions.set(hash, known);
    known.catch(() => versions.delete(hash));
    return known;
  };

  const ask = (): Pointers => {
    const asked: Pointers = {
      askedAt: performance.now(),
      rows: postgres
        .query(`select brand, source, hash from "${schema}".activation`)
        .then((rows) => rows.map(toActivation)),
    };
    asked.rows.catch(() => {
      if (pointers === asked) pointers = null;
    });
    return asked;
  };

  const activations = (): Promise<readonly Activation[]> => {
    if (pointers === null || performance.now() - pointers.askedAt > REREAD_MS) pointers = ask();
    return pointers.rows;
  };

  return {
    byHash,
    allActive: async () => Promise.all([...new Set((await activations()).map(({ hash }) => hash))].map(byHash)),
    async active({ brand, source }) {
      const fitting = (await activations())
        .filter((one) => matches(one.brand, brand) && matches(one.source, source))
        .sort(moreSpecific);
      const [best] = fitting;
      if (!best) throw new Error('looking for the active playbook: none is activated for this brand and source');
      return byHash(best.hash);
    },
  };
};
