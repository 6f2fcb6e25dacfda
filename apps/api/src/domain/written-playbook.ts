import {
  headOf,
  PlaybookError,
  playbookHashOf,
  readSources,
  type LocatedFault,
  type Playbook,
  type PlaybookSourceText,
} from '@sluice/policy';

/** A playbook as somebody sent it. */
export interface WrittenPlaybook {
  readonly id: string;
  /** The text of playbook.yaml, or the same as JSON. */
  readonly playbook: string | Readonly<Record<string, unknown>>;
  readonly prompts: Readonly<Record<string, string>>;
}

/** One mistake in it, where its author finds it. */
export interface WrittenFault {
  /** JSON pointer into the playbook. */
  readonly pointer: string;
  readonly detail: string;
  /** From 1: in the text of `file`, or, where JSON was sent, in the condition that the pointer names. */
  readonly line?: number;
  readonly column?: number;
  /** Which playbook of the chain: a mistake may stand in one that this starts from. */
  readonly file?: string;
}

export type ReadWritten =
  | {
      readonly kind: 'read';
      readonly playbook: Playbook;
      /** As it is stored: without what a build fills in by itself. */
      readonly document: unknown;
      readonly hash: string;
      readonly sources: readonly PlaybookSourceText[];
    }
  | { readonly kind: 'faulty'; readonly faults: readonly WrittenFault[] };

/** The mistakes of a version that was written for another build. @throws what else went wrong */
export const mistakesIn = (error: unknown): readonly WrittenFault[] => {
  // Who decides by a version waits for a build that reads it; who edits it is told why this one does not.
  const fault = error instanceof Error && error.cause instanceof PlaybookError ? error.cause : error;
  if (!(fault instanceof PlaybookError)) throw error;
  return fault.faults.map(({ pointer, message }) => ({ pointer, detail: message }));
};

/** JSON is YAML, and so is kept as a text too. */
export const sourceOf = ({ id, playbook, prompts }: WrittenPlaybook): PlaybookSourceText => ({
  name: id,
  text: typeof playbook === 'string' ? playbook : `${JSON.stringify(playbook, null, 1)}\n`,
  prompts,
});

/** The playbook it starts from; null where it stands alone. */
export const parentOf = (written: WrittenPlaybook): string | null => headOf(sourceOf(written).text).parent;

const textAt = (value: unknown, pointer: string): string => {
  const found = pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null
          ? (inner as Readonly<Record<string, unknown>>)[key.replaceAll('~1', '/').replaceAll('~0', '~')]
          : undefined,
      value,
    );
  return typeof found === 'string' ? found : '';
};

const placeIn = (text: string, offset: number): { readonly line: number; readonly column: number } => {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
};

const toFault = (
  { id, playbook }: WrittenPlaybook,
  { pointer, message, offset, line, column, file }: LocatedFault,
): WrittenFault => {
  if (typeof playbook === 'string' || file !== id) return { pointer, detail: message, line, column, file };
  return { pointer, detail: message, ...(offset === undefined ? {} : placeIn(textAt(playbook, pointer), offset)) };
};

/** Checks what was sent over what it starts from, whole: every mistake is told at once. */
export const readWritten = (written: WrittenPlaybook, chain: readonly PlaybookSourceText[]): ReadWritten => {
  const own = sourceOf(written);
  if (headOf(own.text).abstract)
    return {
      kind: 'faulty',
      faults: [
        {
          pointer: '/abstract',
          detail: 'what only others start from is no version by itself: send it in `extends` of one that does',
        },
      ],
    };
  const sources = [...chain, own];
  const { playbook, document, faults } = readSources(sources);
  if (playbook === null) return { kind: 'faulty', faults: faults.map((fault) => toFault(written, fault)) };
  if (playbook.name !== written.id)
    return {
      kind: 'faulty',
      faults: [{ pointer: '/name', detail: `is “${playbook.name}”, and this is the playbook “${written.id}”` }],
    };
  return { kind: 'read', playbook, document, hash: playbookHashOf(playbook), sources };
};
