import type { Change, Expected, Move, PlaybookHead, VersionContent, VersionStore } from '@sluice/persistence';
import {
  effectiveOf,
  parsePlaybook,
  readSources,
  type Effective,
  type Playbook,
  type PlaybookSourceText,
  type Scope,
} from '@sluice/policy';
import {
  mistakesIn,
  parentOf,
  readWritten,
  type WrittenFault,
  type WrittenPlaybook,
} from '../domain/written-playbook.ts';

export interface SaveOrder extends WrittenPlaybook {
  readonly author: string;
  readonly reason: string;
  /** Whether it is in force at once. */
  readonly activate?: boolean;
  /** What it starts from, from the root; null: as it is kept here. */
  readonly chain: readonly PlaybookSourceText[] | null;
}

export type Refusal = { readonly kind: 'faulty'; readonly faults: readonly WrittenFault[] };

/** A change that was made, with the playbook it is of: what was kept, or what is active now. */
export type Changed = Extract<Change, { readonly kind: 'changed' | 'unchanged' }> & { readonly playbook: Playbook };
export type Outcome = Changed | Extract<Change, { readonly kind: 'conflict' | 'no-version' }> | Refusal;

export interface Playbooks extends Pick<VersionStore, 'heads' | 'head' | 'versions' | 'version' | 'movements'> {
  /** Keeps a version, if it has no mistake, and has it in force where that is asked for. */
  save(order: SaveOrder, expected: Expected): Promise<Outcome>;
  /** Moves the pointer to a version that this build can still read. */
  move(move: Move, expected: Expected): Promise<Outcome>;
  /** For each value of a version the layer that set it. */
  effective(version: VersionContent, scope: Scope): Effective;
}

export const asSources = (version: Pick<VersionContent, 'sources'> | null): readonly PlaybookSourceText[] =>
  (version?.sources ?? []) as readonly PlaybookSourceText[];

/** The playbook of a version, as today's schema reads it. @throws PlaybookError when it can not */
export const playbookOf = ({ document }: VersionContent): Playbook => parsePlaybook(document);

/** A version that an older schema accepted may have mistakes for today's. */
const readVersion = (version: VersionContent): { readonly kind: 'read'; readonly playbook: Playbook } | Refusal => {
  try {
    return { kind: 'read', playbook: playbookOf(version) };
  } catch (error) {
    return { kind: 'faulty', faults: mistakesIn(error) };
  }
};

const outcomeOf = (change: Change, playbook: Playbook): Outcome =>
  change.kind === 'conflict' || change.kind === 'no-version' ? change : { ...change, playbook };
const noVersion = (head: PlaybookHead | null): Outcome =>
  head === null ? { kind: 'conflict', head } : { kind: 'no-version', head };

const upTo = (sources: readonly PlaybookSourceText[], name: string): readonly PlaybookSourceText[] =>
  sources.slice(0, sources.findIndex((source) => source.name === name) + 1);

/** Playbooks as people edit them, over the versions that are kept. */
export const createPlaybooks = (store: VersionStore): Playbooks => {
  const latest = async (head: PlaybookHead | null): Promise<VersionContent | null> =>
    head ? store.version(head.playbook, head.latest.number) : null;

  /** What a playbook starts from: as its own latest version did, else as the newest that knows it. */
  const keptChain = async (id: string, parent: string): Promise<readonly PlaybookSourceText[]> => {
    const own = upTo(asSources(await latest(await store.head(id))), parent);
    return own.length > 0 ? own : upTo(asSources(await store.newestWith(parent)), parent);
  };

  const chainOf = async ({ chain, ...written }: SaveOrder): Promise<readonly PlaybookSourceText[] | null> => {
    const parent = parentOf(written);
    if (parent === null) return [];
    const found = chain ?? (await keptChain(written.id, parent));
    return found.at(-1)?.name === parent ? found : null;
  };

  return {
    heads: store.heads,
    head: store.head,
    versions: store.versions,
    version: store.version,
    movements: store.movements,
    async save(order, expected) {
      const chain = await chainOf(order);
      if (chain === null)
        return {
          kind: 'faulty',
          faults: [
            {
              pointer: '/extends',
              detail: `there is no playbook “${parentOf(order)}” to start from: send it, from the root on, in \`extends\``,
            },
          ],
        };
      const read = readWritten(order, chain);
      if (read.kind === 'faulty') return read;
      const added = await store.add(
        { hash: read.hash, name: order.id, document: read.document, sources: read.sources },
        { author: order.author, reason: order.reason, activate: order.activate ?? false },
        expected,
      );
      return outcomeOf(added, read.playbook);
    },
    async move(move, expected) {
      const version = await store.version(move.playbook, move.to);
      if (!version) return noVersion(await store.head(move.playbook));
      const read = readVersion(version);
      return read.kind === 'faulty' ? read : outcomeOf(await store.move(move, expected), read.playbook);
    },
    effective(version, scope) {
      const sources = asSources(version);
      return effectiveOf(
        sources.length > 0
          ? readSources(sources).layers
          : [{ name: version.playbook, document: version.document as Playbook }],
        scope,
      );
    },
  };
};
