import { canonicalJson } from '@sluice/kernel';
import type { Playbook } from '../playbook.ts';
import { isDocument, pointerOf, type Document } from '../resolve/document.ts';
import { stricterFor } from '../resolve/safety-keys.ts';
import { stricterOf } from '../resolve/stricter.ts';
import { byName, comings, isMoved } from './list-changes.ts';
import { element, fieldAt, ROOT, within, wordsOf, type Place } from './place.ts';
import { isProse, said } from './said.ts';

/** One difference between two versions. */
export interface PlaybookChange {
  /** Keys from the widest to the narrowest, an element of a list by its name: `/routes/hot-lead/priority`. */
  readonly path: string;
  /** The difference in a sentence. */
  readonly words: string;
  /** What the field means, as the schema says. */
  readonly meaning: string;
  /** For a safety key: whether less is done, kept and left unseen than before, or more; null where it can't be said. */
  readonly towards: 'stricter' | 'looser' | null;
  readonly before: unknown;
  readonly after: unknown;
}

interface Pair {
  readonly before: unknown;
  readonly after: unknown;
}

const same = ({ before, after }: Pair): boolean =>
  before === after || (before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after));

const towards = ({ path }: Place, { before, after }: Pair, phases: readonly string[]): PlaybookChange['towards'] => {
  const how = stricterFor(path);
  if (how === null || before === undefined || after === undefined) return null;
  const stricter = stricterOf(how, { below: before, above: after, phases });
  const isSame = (value: unknown): boolean => same({ before: sorted(stricter), after: sorted(value) });
  if (isSame(after) === isSame(before)) return null;
  return isSame(after) ? 'stricter' : 'looser';
};

const sorted = (value: unknown): unknown => (Array.isArray(value) ? value.map(canonicalJson).sort() : value);

const listWords = (before: readonly unknown[], after: readonly unknown[]): string => {
  const { come, gone } = comings(before, after);
  if (come.length + gone.length === 0) return `has another order: ${said(after)}`;
  return [
    ...(come.length > 0 ? [`gains ${come.map(said).join(', ')}`] : []),
    ...(gone.length > 0 ? [`loses ${gone.map(said).join(', ')}`] : []),
  ].join(' and ');
};

const linesOf = (text: string): readonly string[] => text.split('\n');

const textWords = (before: string, after: string): string => {
  const { come, gone } = comings(linesOf(before), linesOf(after));
  return `has another text: ${come.length} new lines, ${gone.length} gone`;
};

const verb = ({ before, after }: Pair, unit: string): string => {
  if (before === undefined) return `is new: ${said(after)}`;
  if (after === undefined) return `is gone; it was ${said(before)}`;
  if (Array.isArray(before) && Array.isArray(after)) return listWords(before, after);
  if (isProse(before) && typeof after === 'string') return textWords(before, after);
  return `goes from ${said(before)} to ${said(after)}${unit === '' ? '' : ` (${unit})`}`;
};

interface Walk {
  readonly phases: readonly string[];
}

const told = (walk: Walk, place: Place, pair: Pair): PlaybookChange => {
  const field = fieldAt(place);
  const direction = towards(place, pair, walk.phases);
  return {
    path: pointerOf(place.full),
    meaning: field?.meaning ?? '',
    towards: direction,
    before: pair.before ?? null,
    after: pair.after ?? null,
    words: `${wordsOf(place)} ${verb(pair, field?.unit ?? '')}${direction === null ? '' : `: ${direction}`}`,
  };
};

const documentChanges = (
  walk: Walk,
  place: Place,
  { before, after }: { readonly before: Document; readonly after: Document },
): readonly PlaybookChange[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    changesAt(walk, within(place, key), { before: before[key], after: after[key] }),
  );

const listChanges = (
  walk: Walk,
  place: Place,
  { before, after }: { readonly before: readonly unknown[]; readonly after: readonly unknown[] },
): readonly PlaybookChange[] => {
  const elements = byName(before, after);
  if (!elements) return [told(walk, place, { before, after })];
  const names = [[...elements.before.keys()], [...elements.after.keys()]] as const;
  const moved = isMoved(...names)
    ? [
        {
          ...told(walk, place, { before: names[0], after: names[1] }),
          words: `${wordsOf(place)} are tried in another order: ${names[1].join(', ')}`,
        },
      ]
    : [];
  const changes = [...new Set(names.flat())].flatMap((name) =>
    changesAt(walk, element(place, name), { before: elements.before.get(name), after: elements.after.get(name) }),
  );
  return [...moved, ...changes];
};

const changesAt = (walk: Walk, place: Place, pair: Pair): readonly PlaybookChange[] => {
  if (same(pair)) return [];
  const { before, after } = pair;
  if (isDocument(before) && isDocument(after)) return documentChanges(walk, place, { before, after });
  if (Array.isArray(before) && Array.isArray(after)) return listChanges(walk, place, { before, after });
  return [told(walk, place, pair)];
};

/** Instructions that are the text of a prompt are told there. */
const withoutInstructions = (playbook: Playbook): Document => {
  const { instructions, ...extraction } = playbook.extraction;
  return Object.values(playbook.prompts).includes(instructions) ? { ...playbook, extraction } : playbook;
};

/** What is different between two versions or two playbooks, in words of those who write them. Empty when nothing is. */
export const diffPlaybooks = (before: Playbook, after: Playbook): readonly PlaybookChange[] =>
  documentChanges({ phases: after.rollout.phases.map(({ name }) => name) }, ROOT, {
    before: withoutInstructions(before),
    after: withoutInstructions(after),
  });
