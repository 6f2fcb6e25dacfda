import type { PlaybookHash } from '@sluice/kernel';
import type { PlaybookInForce, PlaybookSource } from '@sluice/stage';
import type { Migration } from './migrate.ts';
import type { Postgres, Queryable } from './postgres.ts';

export const PLAYBOOKS_SCHEMA = 'playbooks';

export const playbookStoreMigrations: readonly Migration[] = [{
  name: 'CreatePlaybooks1763700000002',
  up: [
    `create table {schema}.playbook (hash text primary key, name text not null, document jsonb not null, published_at timestamptz not null default now())`,
    `create table {schema}.activation (brand text not null, source text not null, hash text not null references {schema}.playbook, activated_at timestamptz not null default now(), primary key (brand, source))`,
  ],
}];

export interface PublishedPlaybook {
  readonly hash: string;
  readonly name: string;
  /** The resolved document: what the hash is of. */
  readonly document: unknown;
}

/** Which version is active for whom; `*` stands for any brand or any source. */
export interface Activation {
  readonly brand: string;
  readonly source: string;
  readonly hash: string;
}

const insert = async (within: Queryable, schema: string, { hash, name, document }: PublishedPlaybook): Promise<void> => {
  await within.query(`insert into "${schema}".playbook (hash, name, document) values ($1, $2, $3) on conflict do nothing`, [hash, name, JSON.stringify(document)]);
};

/** Adds versions (never changes one) and moves the pointers. For the deploy step. */
export const publishPlaybooks = (
  postgres: Postgres,
  { playbooks, activations, schema = PLAYBOOKS_SCHEMA }: { readonly playbooks: readonly PublishedPlaybook[]; readonly activations: readonly Activation[]; readonly schema?: string },
): Promise<void> =>
  postgres.transaction(async (within) => {
    for (const playbook of playbooks) await insert(within, schema, playbook);
    for (const { brand, source, hash } of activations) {
      await within.query(`insert into "${schema}".activation (brand, source, hash) values ($1, $2, $3)
        on conflict (brand, source) do update set hash = excluded.hash, activated_at = now() where activation.hash <> excluded.hash`, [brand, source, hash]);
    }
  });

/** Pods see a moved pointer within this time. */
const REREAD_MS = 3_000;

interface Pointers { readonly readAt: number; readonly rows: readonly Activation[] }

const moreSpecific = (a: Activation, b: Activation): number =>
  Number(b.source !== '*') - Number(a.source !== '*') || Number(b.brand !== '*') - Number(a.brand !== '*');

const matches = (pattern: string, value: string): boolean => pattern === '*' || pattern === value;

export interface PlaybookSourceOptions<Playbook> {
  /** @throws when the document is no playbook. */
  readonly parse: (document: unknown) => Playbook;
  readonly schema?: string;
}

/** Playbooks by hash, kept for ever once read (they never change), and the active pointers, read again every few seconds. */
export const createPlaybookSource = <Playbook>(postgres: Postgres, { parse, schema = PLAYBOOKS_SCHEMA }: PlaybookSourceOptions<Playbook>): PlaybookSource<Playbook> => {
  const versions = new Map<string, Promise<PlaybookInForce<Playbook>>>();
  let pointers: Pointers = { readAt: 0, rows: [] };

  const read = async (hash: string): Promise<PlaybookInForce<Playbook>> => {
    const [row] = await postgres.query(`select document from "${schema}".playbook where hash = $1`, [hash]);
    if (!row) throw new Error(`looking for playbook ${hash.slice(0, 12)}: it was never published here`);
    return { hash: hash as PlaybookHash, playbook: parse(row['document']) };
  };

  const byHash = (hash: string): Promise<PlaybookInForce<Playbook>> => {
    const known = versions.get(hash) ?? read(hash);
    versions.set(hash, known);
    known.catch(() => versions.delete(hash));
    return known;
  };

  const activations = async (): Promise<readonly Activation[]> => {
    if (Date.now() - pointers.readAt > REREAD_MS) {
      const rows = await postgres.query(`select brand, source, hash from "${schema}".activation`);
      pointers = { readAt: Date.now(), rows: rows.map(({ brand, source, hash }) => ({ brand: String(brand), source: String(source), hash: String(hash) })) };
    }
    return pointers.rows;
  };

  return {
    byHash,
    async active({ brand, source }) {
      const fitting = (await activations()).filter((one) => matches(one.brand, brand) && matches(one.source, source)).sort(moreSpecific);
      const [best] = fitting;
      if (!best) throw new Error('looking for the active playbook: none is activated for this brand and source');
      return byHash(best.hash);
    },
  };
};
