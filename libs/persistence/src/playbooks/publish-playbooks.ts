import type { Postgres, Queryable } from '../postgres.ts';
import { addVersion, lockPlaybook, movePointer, type PublishedPlaybook } from './change-playbook.ts';
import { PLAYBOOKS_SCHEMA } from './playbook-migrations.ts';
import type { Activation } from './playbook-source.ts';
import type { PlaybookHead } from './version-records.ts';

const BY = { author: 'deploy', reason: 'as the files say' };

/** A pointer that a person moved stays where they put it: a deployment must not undo a rollback. */
const followsFiles = async (
  within: Queryable,
  schema: string,
  { playbook, active }: PlaybookHead,
): Promise<boolean> => {
  if (active === null) return true;
  const [last] = await within.query(
    `select kind from "${schema}".movement where playbook = $1 order by id desc limit 1`,
    [playbook],
  );
  return last === undefined || last['kind'] === 'deploy';
};

const numberOf = async (
  within: Queryable,
  schema: string,
  { name, hash }: PublishedPlaybook,
): Promise<number | null> => {
  const [row] = await within.query(
    `select number from "${schema}".version where playbook = $1 and hash = $2 order by number desc limit 1`,
    [name, hash],
  );
  return row ? Number(row['number']) : null;
};

const publish = async (within: Queryable, schema: string, published: PublishedPlaybook): Promise<readonly string[]> => {
  const head = await lockPlaybook(within, schema, published.name);
  const number =
    (await numberOf(within, schema, published)) ?? (await addVersion(within, schema, { head, published, ...BY }));
  if (head?.active?.number === number) return [];
  if (head && !(await followsFiles(within, schema, head))) {
    return [
      `${published.name} stays at version ${head.active?.number}, which was chosen by hand; the files are version ${number}`,
    ];
  }
  await movePointer(within, schema, { playbook: published.name, to: number, kind: 'deploy', ...BY });
  return [];
};

const bind = (within: Queryable, schema: string, { brand, source, hash }: Activation) =>
  within.query(
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
  postgres: Postgres,
  { playbooks, activations, schema = PLAYBOOKS_SCHEMA }: Publication,
): Promise<readonly string[]> =>
  postgres.transaction(async (within) => {
    const notes: string[] = [];
    // In one order, so that two deployments do not wait for each other.
    for (const playbook of [...playbooks].sort((a, b) => a.name.localeCompare(b.name)))
      notes.push(...(await publish(within, schema, playbook)));
    for (const activation of activations) await bind(within, schema, activation);
    return notes;
  });
