import type { Queryable, Row } from '../postgres.ts';

/** A brand and a source for which a playbook is in force; `*` stands for any. */
export interface Binding {
  readonly brand: string;
  readonly source: string;
}

/** One version of a playbook: what it is, and who made it why. It never changes. */
export interface PlaybookVersion {
  readonly playbook: string;
  /** From 1, in the order in which they were made. */
  readonly number: number;
  /** SHA-256 of the resolved document. */
  readonly hash: string;
  readonly author: string;
  readonly reason: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
}

export interface VersionContent extends PlaybookVersion {
  /** The resolved document: what the hash is of. */
  readonly document: unknown;
  /** What people wrote, from the playbook it all starts from to this one; empty for versions older than this record. */
  readonly sources: readonly unknown[];
}

/** Where a playbook stands. */
export interface PlaybookHead {
  readonly playbook: string;
  readonly latest: PlaybookVersion;
  /** The version that inquiries begin with; null before the first activation. */
  readonly active: PlaybookVersion | null;
  readonly bindings: readonly Binding[];
  /** Another one after every change: what a change names so that it undoes nobody else's. */
  readonly revision: string;
}

export const movementKinds = ['deploy', 'activate', 'rollback'] as const;

/** The pointer moved: the audit of it. */
export interface Movement {
  readonly kind: (typeof movementKinds)[number];
  readonly from: number | null;
  readonly to: number;
  readonly author: string;
  readonly reason: string;
  /** Bound to the playbook on this occasion. */
  readonly bindings: readonly Binding[];
  readonly at: string;
}

const moment = (value: unknown): string => new Date(String(value)).toISOString();

export const toVersion = (row: Row): PlaybookVersion => ({
  playbook: String(row['playbook']),
  number: Number(row['number']),
  hash: String(row['hash']),
  author: String(row['author']),
  reason: String(row['reason']),
  createdAt: moment(row['created_at']),
});

export const toContent = (row: Row): VersionContent => ({
  ...toVersion(row),
  document: row['document'],
  sources: row['sources'] as readonly unknown[],
});

export const toMovement = (row: Row): Movement => ({
  kind: movementKinds.find((kind) => kind === row['kind']) ?? 'activate',
  from: row['from_version'] === null ? null : Number(row['from_version']),
  to: Number(row['to_version']),
  author: String(row['author']),
  reason: String(row['reason']),
  bindings: row['bindings'] as readonly Binding[],
  at: moment(row['at']),
});

const HEADS = (schema: string): string => `
  select head.playbook, head.revision::text as revision, to_jsonb(newest) as latest, to_jsonb(chosen) as active,
    coalesce((select jsonb_agg(jsonb_build_object('brand', brand, 'source', source) order by brand, source) from "${schema}".activation
      join "${schema}".playbook using (hash) where playbook.name = head.playbook), '[]') as bindings
  from "${schema}".head
  join (select playbook, number, hash, author, reason, created_at from "${schema}".version) newest on newest.playbook = head.playbook and newest.number = head.latest
  left join (select playbook, number, hash, author, reason, created_at from "${schema}".version) chosen on chosen.playbook = head.playbook and chosen.number = head.active`;

const toHead = (row: Row): PlaybookHead => ({
  playbook: String(row['playbook']),
  revision: String(row['revision']),
  latest: toVersion(row['latest'] as Row),
  active: row['active'] === null ? null : toVersion(row['active'] as Row),
  bindings: row['bindings'] as readonly Binding[],
});

/** Where every playbook stands, by name; or one of them. */
export const readHeads = async (
  within: Queryable,
  schema: string,
  playbook: string | null = null,
): Promise<readonly PlaybookHead[]> =>
  (
    await within.query(`${HEADS(schema)} where $1::text is null or head.playbook = $1 order by head.playbook`, [
      playbook,
    ])
  ).map(toHead);
