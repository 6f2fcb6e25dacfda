import type { EntityManager } from 'typeorm';
import type { Database } from '../postgres.ts';
import { movementEntity, versionEntity, type PlaybookHead } from './playbook-entities.ts';
import { PLAYBOOKS_SCHEMA } from './playbook-migrations.ts';
import type { Activation } from './playbook-source.ts';
import { addVersion, lockPlaybook, movePointer, openPlaybooks, type PublishedPlaybook } from './version-store.ts';

const BY = { author: 'deploy', reason: 'as the files say' };

/** A pointer that a person moved stays where they put it: a deployment must not undo a rollback. */
const followsFiles = async (manager: EntityManager, { playbook, active }: PlaybookHead): Promise<boolean> => {
  if (active === null) return true;
  const last = await manager.getRepository(movementEntity).findOne({ where: { playbook }, order: { id: 'DESC' } });
  return last === null || last.kind === 'deploy';
};

const numberOf = async (manager: EntityManager, { name, hash }: PublishedPlaybook): Promise<number | null> => {
  const found = await manager
    .getRepository(versionEntity)
    .findOne({ select: { playbook: true, number: true }, where: { playbook: name, hash }, order: { number: 'DESC' } });
  return found?.number ?? null;
};

const publish = async (
  manager: EntityManager,
  schema: string,
  published: PublishedPlaybook,
): Promise<readonly string[]> => {
  const head = await lockPlaybook(manager, schema, published.name);
  const number = (await numberOf(manager, published)) ?? (await addVersion(manager, { head, published, ...BY }));
  if (head?.active?.number === number) return [];
  if (head && !(await followsFiles(manager, head))) {
    return [
      `${published.name} stays at version ${head.active?.number}, which was chosen by hand; the files are version ${number}`,
    ];
  }
  await movePointer(manager, schema, { playbook: published.name, to: number, kind: 'deploy', ...BY });
  return [];
};

const bind = (manager: EntityManager, schema: string, { brand, source, hash }: Activation) =>
  manager.query(
    `insert into "${schema}".activation (brand, source, hash)
    select $1, $2, version.hash from "${schema}".head join "${schema}".version on version.playbook = head.playbook and version.number = head.active
      where head.playbook = (select name from "${schema}".playbook where hash = $3)
    on conflict (brand, source) do update set hash = excluded.hash, activated_at = now() where activation.bound_by = 'deploy' and activation.hash <> excluded.hash`,
    [brand, source, hash],
  );

export interface Publication {
  readonly playbooks: readonly PublishedPlaybook[];
  /** Which playbook is for whom, by the hash of any of its versions; the active version of it is in force. */
  readonly activations: readonly Activation[];
  readonly schema?: string;
}

/** Adds what the files say as versions, and moves the pointers that follow the files. For the deploy step. Gives what it left alone, in words. */
export const publishPlaybooks = (
  postgres: Database,
  { playbooks, activations, schema = PLAYBOOKS_SCHEMA }: Publication,
): Promise<readonly string[]> =>
  openPlaybooks(postgres, schema).transaction(async (manager) => {
    const notes: string[] = [];
    // In one order, so that two deployments do not wait for each other.
    for (const playbook of [...playbooks].sort((a, b) => a.name.localeCompare(b.name)))
      notes.push(...(await publish(manager, schema, playbook)));
    for (const activation of activations) await bind(manager, schema, activation);
    return notes;
  });
