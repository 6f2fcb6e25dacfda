import { In, type EntityManager } from 'typeorm';
import { defineEntity } from '../entities.ts';

/** The content of versions, which never changes. */
export interface PlaybookDocument {
  /** SHA-256 of the resolved document, filled in by the build that accepted it. */
  readonly hash: string;
  readonly name: string;
  readonly document: unknown;
}

export const documentEntity = defineEntity<PlaybookDocument>({
  name: 'playbook',
  columns: {
    hash: { type: 'text', primary: true },
    name: { type: 'text' },
    document: { type: 'jsonb' },
  },
});

interface VersionRow {
  readonly playbook: string;
  readonly number: number;
  readonly hash: string;
  readonly sources: readonly unknown[];
  readonly author: string;
  readonly reason: string;
  readonly createdAt: Date;
  readonly content?: PlaybookDocument;
}

export const versionEntity = defineEntity<VersionRow>({
  name: 'version',
  columns: {
    playbook: { type: 'text', primary: true },
    number: { type: 'int', primary: true },
    hash: { type: 'text' },
    sources: { type: 'jsonb' },
    author: { type: 'text' },
    reason: { type: 'text' },
    createdAt: { type: 'timestamptz', name: 'created_at', createDate: true },
  },
  relations: { content: { type: 'many-to-one', target: 'playbook', joinColumn: { name: 'hash' } } },
});

export const headEntity = defineEntity<{
  readonly playbook: string;
  readonly latest: number;
  readonly active: number | null;
  /** Decimal: a bigint. */
  readonly revision: string;
}>({
  name: 'head',
  columns: {
    playbook: { type: 'text', primary: true },
    latest: { type: 'int' },
    active: { type: 'int', nullable: true },
    revision: { type: 'bigint', default: 1 },
  },
});

/** A brand and a source for which a playbook is in force; `*` stands for any. */
export interface Binding {
  readonly brand: string;
  readonly source: string;
}

export const activationEntity = defineEntity<
  Binding & {
    readonly hash: string;
    readonly boundBy: string;
    readonly activatedAt: Date;
    readonly content?: PlaybookDocument;
  }
>({
  name: 'activation',
  columns: {
    brand: { type: 'text', primary: true },
    source: { type: 'text', primary: true },
    hash: { type: 'text' },
    boundBy: { type: 'text', name: 'bound_by', default: 'deploy' },
    activatedAt: { type: 'timestamptz', name: 'activated_at', createDate: true },
  },
  relations: { content: { type: 'many-to-one', target: 'playbook', joinColumn: { name: 'hash' } } },
});

interface MovementRow {
  readonly id: string;
  readonly playbook: string;
  readonly kind: 'deploy' | 'activate' | 'rollback';
  readonly fromVersion: number | null;
  readonly toVersion: number;
  readonly author: string;
  readonly reason: string;
  readonly bindings: readonly Binding[];
  readonly at: Date;
}

export const movementEntity = defineEntity<MovementRow>({
  name: 'movement',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    playbook: { type: 'text' },
    kind: { type: 'text' },
    fromVersion: { type: 'int', name: 'from_version', nullable: true },
    toVersion: { type: 'int', name: 'to_version' },
    author: { type: 'text' },
    reason: { type: 'text' },
    bindings: { type: 'jsonb' },
    at: { type: 'timestamptz', createDate: true },
  },
});

export const playbookEntities = [documentEntity, versionEntity, headEntity, activationEntity, movementEntity] as const;

/** One version of a playbook: what it is, and who made it why. It never changes. */
export interface PlaybookVersion {
  readonly playbook: string;
  /** From 1, in the order in which they were made. */
  readonly number: number;
  readonly hash: string;
  readonly author: string;
  readonly reason: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
}

export interface VersionContent extends PlaybookVersion {
  /** The resolved document, without what a build fills in by itself: filled in, it is what the hash is of. */
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

/** The pointer moved: the audit of it. */
export interface Movement {
  readonly kind: MovementRow['kind'];
  readonly from: number | null;
  readonly to: number;
  readonly author: string;
  readonly reason: string;
  /** Bound to the playbook on this occasion. */
  readonly bindings: readonly Binding[];
  readonly at: string;
}

/** The columns of a version without what was written, which may be long. */
export const VERSION_COLUMNS = {
  playbook: true,
  number: true,
  hash: true,
  author: true,
  reason: true,
  createdAt: true,
} as const;

export const toVersion = ({
  playbook,
  number,
  hash,
  author,
  reason,
  createdAt,
}: Pick<VersionRow, keyof typeof VERSION_COLUMNS>): PlaybookVersion => ({
  playbook,
  number,
  hash,
  author,
  reason,
  createdAt: createdAt.toISOString(),
});

export const toContent = (row: VersionRow): VersionContent => ({
  ...toVersion(row),
  document: row.content?.document,
  sources: row.sources,
});

export const toMovement = ({
  kind,
  fromVersion,
  toVersion: to,
  author,
  reason,
  bindings,
  at,
}: MovementRow): Movement => ({
  kind,
  from: fromVersion,
  to,
  author,
  reason,
  bindings,
  at: at.toISOString(),
});

const bindingsOf = async (
  manager: EntityManager,
  playbooks: readonly string[],
): Promise<ReadonlyMap<string, readonly Binding[]>> => {
  const rows = await manager
    .createQueryBuilder(activationEntity, 'activation')
    .innerJoin('activation.content', 'content')
    // Not the document: it may be long, and is not asked for.
    .select(['activation', 'content.hash', 'content.name'])
    .where('content.name in (:...playbooks)', { playbooks })
    .orderBy({ 'activation.brand': 'ASC', 'activation.source': 'ASC' })
    .getMany();
  const byName = Map.groupBy(rows, ({ content }) => content?.name ?? '');
  return new Map([...byName].map(([name, bound]) => [name, bound.map(({ brand, source }) => ({ brand, source }))]));
};

/** Where every playbook stands, by name; or one of them. */
export const readHeads = async (
  manager: EntityManager,
  playbook: string | null = null,
): Promise<readonly PlaybookHead[]> => {
  const heads = await manager
    .getRepository(headEntity)
    .find({ where: playbook === null ? {} : { playbook }, order: { playbook: 'ASC' } });
  if (heads.length === 0) return [];
  const versions = await manager.getRepository(versionEntity).find({
    select: VERSION_COLUMNS,
    where: heads.map(({ playbook: name, latest, active }) => ({
      playbook: name,
      number: In([latest, ...(active === null ? [] : [active])]),
    })),
  });
  const bindings = await bindingsOf(
    manager,
    heads.map((head) => head.playbook),
  );
  const versionOf = (name: string, number: number): PlaybookVersion | null => {
    const found = versions.find((one) => one.playbook === name && one.number === number);
    return found ? toVersion(found) : null;
  };
  return heads.flatMap(({ playbook: name, latest, active, revision }) => {
    const newest = versionOf(name, latest);
    return newest === null
      ? []
      : [
          {
            playbook: name,
            latest: newest,
            active: active === null ? null : versionOf(name, active),
            bindings: bindings.get(name) ?? [],
            revision,
          },
        ];
  });
};
