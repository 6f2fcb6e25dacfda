import type { Expected, PlaybookHead, VersionContent } from '@sluice/persistence';
import { editSource, type Playbook, type PlaybookSourceText } from '@sluice/policy';
import { faultOfEdit, type PlaybookEdit } from '../domain/admin-settings.ts';
import { sourceOf, type WrittenPlaybook } from '../domain/written-playbook.ts';
import { asSources, playbookOf, type Outcome, type Playbooks } from './playbooks.ts';

/** What is in force of a playbook now. */
export interface ActivePlaybook {
  readonly head: PlaybookHead;
  /** Its number. */
  readonly version: number;
  readonly playbook: Playbook;
  /** What people wrote, from the root on. */
  readonly sources: readonly PlaybookSourceText[];
}

interface Order {
  /** What its author was shown. */
  readonly found: ActivePlaybook;
  readonly author: string;
  readonly reason: string;
  /** What its author says they saw; null: whatever is active when the order is carried out. */
  readonly expected: Expected | null;
}

export interface EditOrder extends Order {
  readonly edits: (playbook: Playbook) => readonly PlaybookEdit[];
}

/** Edits of what is in force, each a version of its own that is active at once. */
export interface PlaybookEdits {
  /** Null while no version is active. @throws PlaybookError when this build can not read it */
  active(id: string): Promise<ActivePlaybook | null>;
  /** @throws PlaybookError when somebody was faster, with what this build can not read */
  edit(order: EditOrder): Promise<Outcome>;
  rollback(order: Order & { readonly to: number }): Promise<Outcome>;
}

/** Who edits without saying what they saw is overtaken by as many others before they are told. */
const TRIES = 5;

const sourcesIn = ({ playbook, sources, document }: VersionContent): readonly PlaybookSourceText[] =>
  sources.length > 0
    ? asSources({ sources })
    : [sourceOf({ id: playbook, playbook: document as WrittenPlaybook['playbook'], prompts: {} })];

export const createPlaybookEdits = (playbooks: Playbooks): PlaybookEdits => {
  const active: PlaybookEdits['active'] = async (id) => {
    const head = await playbooks.head(id);
    const version = head?.active ? await playbooks.version(id, head.active.number) : null;
    return head && version
      ? { head, version: version.number, playbook: playbookOf(version), sources: sourcesIn(version) }
      : null;
  };

  /** On top of what is active, and not of what is latest: what was rolled back does not come back with an edit. */
  const once = async ({
    found: { head, playbook, sources },
    author,
    reason,
    expected,
    edits,
  }: EditOrder): Promise<Outcome> => {
    const id = head.playbook;
    const wanted = edits(playbook);
    const { text, prompts = {} } = sources.at(-1) ?? { text: '' };
    // One change: between keeping a version and activating it nobody else comes, so that of any number of authors one always gets through.
    const saved = await playbooks.save(
      { id, author, reason, prompts, playbook: editSource(text, wanted), chain: sources.slice(0, -1), activate: true },
      expected ?? { revision: head.revision },
    );
    return saved.kind === 'faulty'
      ? { kind: 'faulty', faults: saved.faults.map((fault) => faultOfEdit(wanted, fault)) }
      : saved;
  };

  const within = async (tries: number, order: EditOrder): Promise<Outcome> => {
    const outcome = await once(order);
    if (outcome.kind !== 'conflict' || tries <= 1) return outcome;
    const found = await active(order.found.head.playbook);
    return found ? within(tries - 1, { ...order, found }) : outcome;
  };

  return {
    active,
    edit: (order) => within(order.expected === null ? TRIES : 1, order),
    rollback: ({ found, to, author, reason, expected }) =>
      playbooks.move({ playbook: found.head.playbook, to, kind: 'rollback', author, reason }, expected ?? 'any'),
  };
};
