import type { Postgres } from '../postgres.ts';
import {
  addVersion,
  lockPlaybook,
  movePointer,
  type By,
  type Move,
  type PublishedPlaybook,
} from './change-playbook.ts';
import { PLAYBOOKS_SCHEMA } from './playbook-migrations.ts';
import {
  readHeads,
  toContent,
  toMovement,
  toVersion,
  type Movement,
  type PlaybookHead,
  type PlaybookVersion,
  type VersionContent,
} from './version-records.ts';

/** What a change rests on: the revision its author saw; `any` whatever it is; `none`: the playbook must not be there yet. */
export type Expected = { readonly revision: string } | 'any' | 'none';

export type Change =
  | { readonly kind: 'changed' | 'unchanged'; readonly head: PlaybookHead; readonly version: number }
  /** Somebody changed it meanwhile. */
  | { readonly kind: 'conflict'; readonly head: PlaybookHead | null }
  /** There is no such version to move to; for a rollback, none that was active before. */
  | { readonly kind: 'no-version'; readonly head: PlaybookHead };

export interface VersionStore {
  heads(): Promise<readonly PlaybookHead[]>;
  head(playbook: string): Promise<PlaybookHead | null>;
  /** Newest first. */
  versions(playbook: string): Promise<readonly PlaybookVersion[]>;
  version(playbook: string, number: number): Promise<VersionContent | null>;
  /** Every time its pointer moved, newest first. */
  movements(playbook: string): Promise<readonly Movement[]>;
  /** The newest version that was resolved from a document of this name; a version of this name itself before any other. */
  newestWith(source: string): Promise<VersionContent | null>;
  /** Adds a version, and activates nothing. The content of the latest once more changes nothing. */
  add(published: PublishedPlaybook, by: By, expected: Expected): Promise<Change>;
  move(move: Move, expected: Expected): Promise<Change>;
}

const fits = (expected: Expected, head: PlaybookHead | null): boolean => {
  if (expected === 'any') return true;
  return expected === 'none' ? head === null : expected.revision === head?.revision;
};

const isBoundTo = ({ bindings }: PlaybookHead, wanted: Move['bindings'] = []): boolean =>
  wanted.every(({ brand, source }) => bindings.some((one) => one.brand === brand && one.source === source));

const VERSION = 'version.playbook, number, version.hash, author, reason, created_at';

/** Versions of playbooks, and the pointers to the active ones. A version is only ever added. */
export const createVersionStore = (postgres: Postgres, schema: string = PLAYBOOKS_SCHEMA): VersionStore => {
  const headOf = async (playbook: string): Promise<PlaybookHead | null> =>
    (await readHeads(postgres, schema, playbook))[0] ?? null;
  const contents = `select ${VERSION}, document, sources from "${schema}".version join "${schema}".playbook on playbook.hash = version.hash`;

  return {
    heads: () => readHeads(postgres, schema),
    head: headOf,
    async versions(playbook) {
      return (
        await postgres.query(`select ${VERSION} from "${schema}".version where playbook = $1 order by number desc`, [
          playbook,
        ])
      ).map(toVersion);
    },
    async version(playbook, number) {
      const [row] = await postgres.query(`${contents} where version.playbook = $1 and number = $2`, [playbook, number]);
      return row ? toContent(row) : null;
    },
    async movements(playbook) {
      return (
        await postgres.query(`select * from "${schema}".movement where playbook = $1 order by id desc`, [playbook])
      ).map(toMovement);
    },
    async newestWith(source) {
      const [row] = await postgres.query(
        `${contents} where sources @> $1 order by (version.playbook = $2) desc, created_at desc, number desc limit 1`,
        [JSON.stringify([{ name: source }]), source],
      );
      return row ? toContent(row) : null;
    },
    add: (published, by, expected) =>
      postgres.transaction(async (within) => {
        const head = await lockPlaybook(within, schema, published.name);
        if (!fits(expected, head)) return { kind: 'conflict', head };
        const version = await addVersion(within, schema, { head, published, ...by });
        const [after] = await readHeads(within, schema, published.name);
        if (!after) throw new Error(`adding a version of ${published.name}: it is not there afterwards`);
        return { kind: version === head?.latest.number ? 'unchanged' : 'changed', head: after, version };
      }),
    move: (move, expected) =>
      postgres.transaction(async (within) => {
        const head = await lockPlaybook(within, schema, move.playbook);
        if (!head || !fits(expected, head)) return { kind: 'conflict', head };
        if (head.active?.number === move.to && isBoundTo(head, move.bindings))
          return { kind: 'unchanged', head, version: move.to };
        const known =
          move.kind === 'rollback'
            ? await within.query(
                `select 1 from "${schema}".movement where playbook = $1 and to_version = $2
              union select 1 from "${schema}".movement where playbook = $1 and from_version = $2 limit 1`,
                [move.playbook, move.to],
              )
            : await within.query(`select 1 from "${schema}".version where playbook = $1 and number = $2`, [
                move.playbook,
                move.to,
              ]);
        if (known.length === 0) return { kind: 'no-version', head };
        await movePointer(within, schema, move);
        const [after] = await readHeads(within, schema, move.playbook);
        return { kind: 'changed', head: after ?? head, version: move.to };
      }),
  };
};
