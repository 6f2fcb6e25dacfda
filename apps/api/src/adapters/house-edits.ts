import type { Change, Expected, PlaybookHead, VersionContent } from '@sluice/persistence';
import { editSource, type Playbook, type PlaybookSourceText } from '@sluice/policy';
import { placeOfEdit, type HouseEdit } from '../domain/house-settings.ts';
import { sourceOf, type WrittenPlaybook } from '../domain/written-playbook.ts';
import { playbookOf, type Playbooks, type Refusal } from './playbooks.ts';

/** What is in force of a playbook now. */
export interface InForce {
  readonly head: PlaybookHead;
  readonly version: VersionContent;
  readonly playbook: Playbook;
}

export interface HouseOrder {
  readonly id: string;
  readonly author: string;
  readonly reason: string;
  /** What its author saw; null: whatever is active when the edit is made. */
  readonly expected: Expected | null;
  readonly edits: (playbook: Playbook) => readonly HouseEdit[];
}

/** Edits of what is in force, each a version of its own that is active at once. */
export interface HouseEdits {
  /** Null while no version is active. @throws PlaybookError when this build can not read it */
  active(id: string): Promise<InForce | null>;
  edit(order: HouseOrder): Promise<Change | Refusal>;
  rollback(order: Omit<HouseOrder, 'edits'> & { readonly to: number }): Promise<Change | Refusal>;
}

/** Who edits without saying what they saw is overtaken by as many others before they are told. */
const TRIES = 5;

const sourcesIn = ({ playbook, sources, document }: VersionContent): readonly PlaybookSourceText[] =>
  sources.length > 0 ? (sources as readonly PlaybookSourceText[]) : [sourceOf({ id: playbook, playbook: document as WrittenPlaybook['playbook'], prompts: {} })];

export const createHouseEdits = (playbooks: Playbooks): HouseEdits => {
  const active: HouseEdits['active'] = async (id) => {
    const head = await playbooks.head(id);
    const version = head?.active ? await playbooks.version(id, head.active.number) : null;
    return head && version ? { head, version, playbook: playbookOf(version) } : null;
  };

  /** On top of what is active, and not of what is latest: what was rolled back does not come back with an edit. */
  const once = async ({ id, author, reason, expected, edits }: HouseOrder): Promise<Change | Refusal> => {
    const found = await active(id);
    if (!found) return { kind: 'conflict', head: null };
    const wanted = edits(found.playbook);
    const sources = sourcesIn(found.version);
    const { text, prompts = {} } = sources.at(-1) ?? { text: '' };
    const saved = await playbooks.save({ id, author, reason, prompts, playbook: editSource(text, wanted), chain: sources.slice(0, -1) }, expected ?? { revision: found.head.revision });
    if (saved.kind === 'faulty') return { kind: 'faulty', faults: saved.faults.map((fault) => placeOfEdit(wanted, fault)) };
    if (saved.kind !== 'changed' && saved.kind !== 'unchanged') return saved;
    return playbooks.move({ playbook: id, to: saved.version, kind: 'activate', author, reason }, { revision: saved.head.revision });
  };

  return {
    active,
    async edit(order) {
      for (let left = order.expected === null ? TRIES : 1; ; left -= 1) {
        const result = await once(order);
        if (result.kind !== 'conflict' || left <= 1) return result;
      }
    },
    rollback: ({ id, to, author, reason, expected }) => playbooks.move({ playbook: id, to, kind: 'rollback', author, reason }, expected ?? 'any'),
  };
};
