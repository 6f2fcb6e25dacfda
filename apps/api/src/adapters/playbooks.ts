import type { Change, Expected, Move, PlaybookHead, VersionContent, VersionStore } from '@sluice/persistence';
import { effectiveOf, parsePlaybook, PlaybookError, readSources, type Effective, type Playbook, type PlaybookSourceText, type Scope } from '@sluice/policy';
import { parentOf, readWritten, type WrittenFault, type WrittenPlaybook } from '../domain/written-playbook.ts';

export interface SaveOrder extends WrittenPlaybook {
  readonly author: string;
  readonly reason: string;
  /** What it starts from, from the root; null: as it is kept here. */
  readonly chain: readonly PlaybookSourceText[] | null;
}

export type Refusal = { readonly kind: 'faulty'; readonly faults: readonly WrittenFault[] };

export interface Playbooks extends Pick<VersionStore, 'heads' | 'head' | 'versions' | 'version' | 'movements'> {
  /** Keeps a version, if it has no mistake. */
  save(order: SaveOrder, expected: Expected): Promise<Change | Refusal>;
  /** Moves the pointer to a version that this build can still read. */
  move(move: Move, expected: Expected): Promise<Change | Refusal>;
  /** For each value of a version the layer that set it. */
  effective(version: VersionContent, scope: Scope): Effective;
}

const asSources = (version: VersionContent | null): readonly PlaybookSourceText[] => (version?.sources ?? []) as readonly PlaybookSourceText[];

/** A version that an older schema accepted may have mistakes for today's. */
const faultsOf = ({ document }: VersionContent): readonly WrittenFault[] => {
  try {
    parsePlaybook(document);
    return [];
  } catch (error) {
    if (!(error instanceof PlaybookError)) throw error;
    return error.faults.map(({ pointer, message }) => ({ pointer, detail: message }));
  }
};

/** The playbook of a version, as today's schema reads it. @throws PlaybookError when it can not */
export const playbookOf = ({ document }: VersionContent): Playbook => parsePlaybook(document);

const upTo = (sources: readonly PlaybookSourceText[], name: string): readonly PlaybookSourceText[] => sources.slice(0, sources.findIndex((source) => source.name === name) + 1);

/** Playbooks as people edit them, over the versions that are kept. */
export const createPlaybooks = (store: VersionStore): Playbooks => {
  const latest = async (head: PlaybookHead | null): Promise<VersionContent | null> => (head ? store.version(head.playbook, head.latest.number) : null);

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
    heads: store.heads, head: store.head, versions: store.versions, version: store.version, movements: store.movements,
    async save(order, expected) {
      const chain = await chainOf(order);
      if (chain === null) return { kind: 'faulty', faults: [{ pointer: '/extends', detail: `there is no playbook “${parentOf(order)}” to start from: send it, from the root on, in \`extends\`` }] };
      const read = readWritten(order, chain);
      if (read.kind === 'faulty') return read;
      return store.add({ hash: read.hash, name: order.id, document: read.playbook, sources: read.sources }, { author: order.author, reason: order.reason }, expected);
    },
    async move(move, expected) {
      const version = await store.version(move.playbook, move.to);
      const faults = version ? faultsOf(version) : [];
      return faults.length > 0 ? { kind: 'faulty', faults } : store.move(move, expected);
    },
    effective(version, scope) {
      const sources = asSources(version);
      return effectiveOf(sources.length > 0 ? readSources(sources).layers : [{ name: version.playbook, document: version.document as Playbook }], scope);
    },
  };
};
