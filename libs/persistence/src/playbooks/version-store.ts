import { LessThan, type EntityManager } from 'typeorm';
import type { EntityStore } from '../entities.ts';
import type { Database } from '../postgres.ts';
import {
  activationEntity,
  documentEntity,
  headEntity,
  movementEntity,
  playbookEntities,
  readHeads,
  toContent,
  toMovement,
  toVersion,
  VERSION_COLUMNS,
  versionEntity,
  type Binding,
  type Movement,
  type PlaybookDocument,
  type PlaybookHead,
  type PlaybookVersion,
  type VersionContent,
} from './playbook-entities.ts';
import { PLAYBOOKS_SCHEMA } from './playbook-migrations.ts';

export interface PublishedPlaybook extends PlaybookDocument {
  /** What people wrote, from the playbook it all starts from to this one. */
  readonly sources?: readonly unknown[];
}

export interface By {
  readonly author: string;
  readonly reason: string;
}

export interface Addition extends By {
  /** Whether the pointer moves to it, for all brands and sources that have the playbook. */
  readonly activate?: boolean;
}

export interface Move extends By {
  readonly playbook: string;
  readonly to: number;
  readonly kind: Movement['kind'];
  /** Brands and sources for which this playbook is in force from now on. */
  readonly bindings?: readonly Binding[];
}

/** What a change rests on: the revision its author saw; `any` whatever it is; `none`: the playbook must not be there yet. */
export type Expected = { readonly revision: string } | 'any' | 'none';

export type Change =
  | { readonly kind: 'changed' | 'unchanged'; readonly head: PlaybookHead; readonly version: number }
  /** Somebody changed it meanwhile. */
  | { readonly kind: 'conflict'; readonly head: PlaybookHead | null }
  /** There is no such version to move to; for a rollback, none that was active before. */
  | { readonly kind: 'no-version'; readonly head: PlaybookHead };

export interface VersionPage {
  /** Newest first. */
  readonly data: readonly PlaybookVersion[];
  /** The number that the next page lies below; null after the last. */
  readonly next: number | null;
}

export interface VersionStore {
  heads(): Promise<readonly PlaybookHead[]>;
  head(playbook: string): Promise<PlaybookHead | null>;
  /** Those below a number, or the newest. */
  versions(playbook: string, page: { readonly limit: number; readonly before: number | null }): Promise<VersionPage>;
  version(playbook: string, number: number): Promise<VersionContent | null>;
  /** When its pointer moved, newest first. */
  movements(playbook: string, limit: number): Promise<readonly Movement[]>;
  /** The newest version that was resolved from a document of this name; a version of this name itself before any other. */
  newestWith(source: string): Promise<VersionContent | null>;
  /** Adds a version, and activates nothing unless it is told to, at once and as one change. The content of the latest once more is none. */
  add(published: PublishedPlaybook, by: Addition, expected: Expected): Promise<Change>;
  move(move: Move, expected: Expected): Promise<Change>;
}

export const openPlaybooks = (postgres: Database, schema: string = PLAYBOOKS_SCHEMA): EntityStore =>
  postgres.entities(schema, playbookEntities);

/** One change of a playbook at a time, whoever makes it and wherever; held until the transaction ends. */
export const lockPlaybook = async (
  manager: EntityManager,
  schema: string,
  playbook: string,
): Promise<PlaybookHead | null> => {
  await manager.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`${schema} ${playbook}`]);
  const [head] = await readHeads(manager, playbook);
  return head ?? null;
};

/** Adds the next version, unless the latest says the same already. The playbook is locked. Gives its number. */
export const addVersion = async (
  manager: EntityManager,
  {
    head,
    published: { hash, name, document, sources = [] },
    author,
    reason,
  }: By & { readonly head: PlaybookHead | null; readonly published: PublishedPlaybook },
): Promise<number> => {
  if (head?.latest.hash === hash) return head.latest.number;
  const number = (head?.latest.number ?? 0) + 1;
  await manager
    .createQueryBuilder()
    .insert()
    .into(documentEntity)
    .values({ hash, name, document: document as object })
    .orIgnore()
    .execute();
  await manager
    .getRepository(versionEntity)
    .insert({ playbook: name, number, hash, sources: sources as object[], author, reason });
  const heads = manager.getRepository(headEntity);
  if (head === null) await heads.insert({ playbook: name, latest: number });
  else await heads.update({ playbook: name }, { latest: number, revision: () => 'revision + 1' });
  return number;
};

/** Moves the pointer, for every brand and source that has this playbook, and notes who did it. The playbook is locked. */
export const movePointer = async (
  manager: EntityManager,
  schema: string,
  { playbook, to, kind, author, reason, bindings = [] }: Move,
): Promise<void> => {
  const heads = manager.getRepository(headEntity);
  const before = await heads.findOneByOrFail({ playbook });
  const { hash } = await manager
    .getRepository(versionEntity)
    .findOneOrFail({ select: VERSION_COLUMNS, where: { playbook, number: to } });
  await manager.getRepository(movementEntity).insert({
    playbook,
    kind,
    fromVersion: before.active,
    toVersion: to,
    author,
    reason,
    bindings: bindings as Binding[],
  });
  await heads.update({ playbook }, { active: to, revision: () => 'revision + 1' });
  // All brands and sources that have it, in one statement: however many there are.
  await manager.query(
    `update "${schema}".activation set hash = $2, activated_at = now() where hash <> $2 and hash in (select hash from "${schema}".playbook where name = $1)`,
    [playbook, hash],
  );
  if (bindings.length > 0)
    await manager.getRepository(activationEntity).upsert(
      bindings.map(({ brand, source }) => ({ brand, source, hash, boundBy: author, activatedAt: () => 'now()' })),
      ['brand', 'source'],
    );
};

const fits = (expected: Expected, head: PlaybookHead | null): boolean => {
  if (expected === 'any') return true;
  return expected === 'none' ? head === null : expected.revision === head?.revision;
};

const isBoundTo = ({ bindings }: PlaybookHead, wanted: Move['bindings'] = []): boolean =>
  wanted.every(({ brand, source }) => bindings.some((one) => one.brand === brand && one.source === source));

/** Whether the pointer may go there: to what is there, and back only to what was active. */
const canMoveTo = (manager: EntityManager, { playbook, to, kind }: Move): Promise<boolean> =>
  kind === 'rollback'
    ? manager.getRepository(movementEntity).existsBy([
        { playbook, toVersion: to },
        { playbook, fromVersion: to },
      ])
    : manager.getRepository(versionEntity).existsBy({ playbook, number: to });

/** Versions of playbooks, and the pointers to the active ones. A version is only ever added. */
export const createVersionStore = (postgres: Database, schema: string = PLAYBOOKS_SCHEMA): VersionStore => {
  const store = openPlaybooks(postgres, schema);
  const version: VersionStore['version'] = async (playbook, number) => {
    const row = await store.run((manager) =>
      manager.getRepository(versionEntity).findOne({ where: { playbook, number }, relations: { content: true } }),
    );
    return row ? toContent(row) : null;
  };

  return {
    heads: () => store.run((manager) => readHeads(manager)),
    head: async (playbook) => (await store.run((manager) => readHeads(manager, playbook)))[0] ?? null,
    version,
    async versions(playbook, { limit, before }) {
      const rows = await store.run((manager) =>
        manager.getRepository(versionEntity).find({
          select: VERSION_COLUMNS,
          where: { playbook, ...(before === null ? {} : { number: LessThan(before) }) },
          order: { number: 'DESC' },
          take: limit + 1,
        }),
      );
      const data = rows.slice(0, limit).map(toVersion);
      return { data, next: rows.length > limit ? (data.at(-1)?.number ?? null) : null };
    },
    async movements(playbook, limit) {
      const rows = await store.run((manager) =>
        manager.getRepository(movementEntity).find({ where: { playbook }, order: { id: 'DESC' }, take: limit }),
      );
      return rows.map(toMovement);
    },
    async newestWith(source) {
      const [found] = await store.run((manager) =>
        manager.query<{ readonly playbook: string; readonly number: number }[]>(
          `select playbook, number from "${schema}".version where sources @> $1 order by (playbook = $2) desc, created_at desc, number desc limit 1`,
          [JSON.stringify([{ name: source }]), source],
        ),
      );
      return found ? version(found.playbook, found.number) : null;
    },
    add: (published, by, expected) =>
      store.transaction(async (manager) => {
        const head = await lockPlaybook(manager, schema, published.name);
        if (!fits(expected, head)) return { kind: 'conflict', head };
        const number = await addVersion(manager, { head, published, ...by });
        const isMoved = by.activate === true && head?.active?.number !== number;
        if (isMoved)
          await movePointer(manager, schema, { playbook: published.name, to: number, kind: 'activate', ...by });
        const [after] = await readHeads(manager, published.name);
        if (!after) throw new Error(`adding a version of ${published.name}: it is not there afterwards`);
        const isNew = number !== head?.latest.number;
        return { kind: isNew || isMoved ? 'changed' : 'unchanged', head: after, version: number };
      }),
    move: (move, expected) =>
      store.transaction(async (manager) => {
        const head = await lockPlaybook(manager, schema, move.playbook);
        if (!head || !fits(expected, head)) return { kind: 'conflict', head };
        if (head.active?.number === move.to && isBoundTo(head, move.bindings))
          return { kind: 'unchanged', head, version: move.to };
        if (!(await canMoveTo(manager, move))) return { kind: 'no-version', head };
        await movePointer(manager, schema, move);
        const [after] = await readHeads(manager, move.playbook);
        return { kind: 'changed', head: after ?? head, version: move.to };
      }),
  };
};
