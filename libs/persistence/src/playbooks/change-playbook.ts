import type { Queryable } from '../postgres.ts';
import { readHeads, type Binding, type Movement, type PlaybookHead } from './version-records.ts';

export interface PublishedPlaybook {
  readonly hash: string;
  readonly name: string;
  /** The resolved document: what the hash is of. */
  readonly document: unknown;
  /** What people wrote, from the playbook it all starts from to this one. */
  readonly sources?: readonly unknown[];
}

export interface By {
  readonly author: string;
  readonly reason: string;
}

export interface Move extends By {
  readonly playbook: string;
  readonly to: number;
  readonly kind: Movement['kind'];
  /** Brands and sources for which this playbook is in force from now on. */
  readonly bindings?: readonly Binding[];
}

/** One change of a playbook at a time, whoever makes it and wherever; held until the transaction ends. */
export const lockPlaybook = async (
  within: Queryable,
  schema: string,
  playbook: string,
): Promise<PlaybookHead | null> => {
  await within.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`${schema} ${playbook}`]);
  const [head] = await readHeads(within, schema, playbook);
  return head ?? null;
};

/** Adds the next version, unless the latest says the same already. The playbook is locked. Gives its number. */
export const addVersion = async (
  within: Queryable,
  schema: string,
  {
    head,
    published,
    author,
    reason,
  }: By & { readonly head: PlaybookHead | null; readonly published: PublishedPlaybook },
): Promise<number> => {
  const { hash, name, document, sources = [] } = published;
  if (head?.latest.hash === hash) return head.latest.number;
  const number = (head?.latest.number ?? 0) + 1;
  await within.query(
    `insert into "${schema}".playbook (hash, name, document) values ($1, $2, $3) on conflict do nothing`,
    [hash, name, JSON.stringify(document)],
  );
  await within.query(
    `insert into "${schema}".version (playbook, number, hash, sources, author, reason) values ($1, $2, $3, $4, $5, $6)`,
    [name, number, hash, JSON.stringify(sources), author, reason],
  );
  await within.query(
    `insert into "${schema}".head (playbook, latest) values ($1, $2)
    on conflict (playbook) do update set latest = excluded.latest, revision = head.revision + 1`,
    [name, number],
  );
  return number;
};

/** Moves the pointer, for every brand and source that has this playbook, and notes who did it. The playbook is locked. */
export const movePointer = async (
  within: Queryable,
  schema: string,
  { playbook, to, kind, author, reason, bindings = [] }: Move,
): Promise<void> => {
  await within.query(
    `insert into "${schema}".movement (playbook, kind, from_version, to_version, author, reason, bindings)
    select playbook, $2, active, $3, $4, $5, $6 from "${schema}".head where playbook = $1`,
    [playbook, kind, to, author, reason, JSON.stringify(bindings)],
  );
  await within.query(`update "${schema}".head set active = $2, revision = revision + 1 where playbook = $1`, [
    playbook,
    to,
  ]);
  await within.query(
    `update "${schema}".activation set hash = version.hash, activated_at = now() from "${schema}".version
    where version.playbook = $1 and version.number = $2 and activation.hash <> version.hash
      and activation.hash in (select hash from "${schema}".playbook where name = $1)`,
    [playbook, to],
  );
  for (const { brand, source } of bindings) {
    await within.query(
      `insert into "${schema}".activation (brand, source, hash, bound_by) select $3, $4, hash, $5 from "${schema}".version where playbook = $1 and number = $2
      on conflict (brand, source) do update set hash = excluded.hash, bound_by = excluded.bound_by, activated_at = now()`,
      [playbook, to, brand, source, author],
    );
  }
};
