import { intentKey, type Playbook } from '@sluice/policy';

/** The words of a playbook that may be labels. */
interface Words {
  readonly queues: ReadonlySet<string>;
  readonly clocks: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
  readonly intents: ReadonlySet<string>;
}

/** What a playbook, or an override that says a part of it anew, declares words in. */
interface Declaring {
  readonly routes?: readonly { readonly queue: string }[];
  readonly sla?: { readonly clocks?: object };
  readonly rubric?: { readonly labels?: readonly { readonly label: string }[] };
  readonly taxonomy?: {
    readonly categories?: readonly { readonly name: string }[];
    readonly axes?: { readonly intent?: { readonly values?: readonly string[] } | undefined };
  };
}

const NONE = 'none';
/** For a word that no playbook declares, a model's own: as labels, such words would be without number, and may hold what a person wrote. */
const OTHER = 'other';

const partsOf = (playbook: Playbook): readonly Declaring[] => [
  playbook,
  ...Object.values(playbook.overrides).flatMap((byName) => Object.values(byName) as readonly Declaring[]),
];

/** Versions never change: what each declares is looked up once. */
const known = new WeakMap<Playbook, Words>();

const readWords = (playbook: Playbook): Words => {
  const parts = partsOf(playbook);
  return {
    queues: new Set(parts.flatMap(({ routes = [] }) => routes.map(({ queue }) => queue))),
    clocks: new Set(parts.flatMap(({ sla }) => Object.keys(sla?.clocks ?? {}))),
    labels: new Set(parts.flatMap(({ rubric }) => (rubric?.labels ?? []).map(({ label }) => label))),
    intents: new Set(
      parts.flatMap(({ taxonomy }) => [
        ...(taxonomy?.categories ?? []).map(({ name }) => name),
        ...(taxonomy?.axes?.intent?.values ?? []),
      ]),
    ),
  };
};

const wordsOf = (playbook: Playbook): Words => {
  const words = known.get(playbook) ?? readWords(playbook);
  known.set(playbook, words);
  return words;
};

const declared = (playbook: Playbook | null, kind: keyof Words, word: string | null): string => {
  if (word === null) return NONE;
  return playbook !== null && wordsOf(playbook)[kind].has(word) ? word : OTHER;
};

/** Null: of what no version was stamped on, or of a version that can't be read. */
type By = Playbook | null;

export const nameLabel = (playbook: By): string => playbook?.name ?? NONE;
export const queueLabel = (playbook: By, queue: string | null): string => declared(playbook, 'queues', queue);
export const clockLabel = (playbook: By, clock: string): string => declared(playbook, 'clocks', clock);
export const labelLabel = (playbook: By, label: string | null): string => declared(playbook, 'labels', label);
export const intentLabel = (playbook: By, decision: { readonly intent: string | null; readonly category: string }) =>
  playbook === null ? OTHER : declared(playbook, 'intents', intentKey(playbook, decision));
