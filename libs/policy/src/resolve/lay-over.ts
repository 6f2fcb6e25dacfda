import { isDocument, valueAt, type Document, type Path } from './document.ts';
import { stricterFor } from './safety-keys.ts';
import { stricterOf } from './stricter.ts';

/** Gates that an intent's row may narrow; a row that leaves one out has the playbook's own. */
const ROW_KEYS = ['reviewBelow', 'route', 'priority', 'autoSend', 'path'];

const phasesOf = (document: unknown): readonly string[] => {
  const phases = valueAt(document, ['rollout', 'phases']);
  return Array.isArray(phases) ? phases.map((phase: unknown) => String(valueAt(phase, ['name']))) : [];
};

/** What counts so far at a path. For a row of an intent that says nothing, that is what the playbook says for all. */
const belowAt = (root: Document, path: Path): unknown => {
  const own = valueAt(root, path);
  const [, , , key] = path;
  return own === undefined && path[0] === 'gates' && path[1] === 'byIntent' && key !== undefined
    ? valueAt(root, ['gates', key])
    : own;
};

const settled = (root: Document, path: Path, above: unknown): unknown => {
  const how = stricterFor(path);
  return how ? stricterOf(how, { below: belowAt(root, path), above, phases: phasesOf(root) }) : above;
};

const laid = (
  root: Document,
  path: Path,
  { below, above }: { readonly below: unknown; readonly above: unknown },
): unknown => {
  if (!isDocument(above) || stricterFor(path)) return settled(root, path, above);
  const merged: Record<string, unknown> = { ...(isDocument(below) ? below : {}) };
  for (const [key, value] of Object.entries(above))
    merged[key] = laid(root, [...path, key], { below: merged[key], above: value });
  return merged;
};

/** What an override says for all intents holds for the rows of single ones too. */
const rowsHeldBy = (merged: Document, gates: Document): Document => {
  const rows = valueAt(merged, ['gates', 'byIntent']);
  if (!isDocument(rows)) return merged;
  const held = Object.entries(rows).map(([intent, row]) => {
    if (!isDocument(row)) return [intent, row];
    const stricter = ROW_KEYS.filter((key) => key in gates && key in row).map((key) => [
      key,
      settled({ gates: { [key]: row[key] } }, ['gates', key], gates[key]),
    ]);
    return [intent, { ...row, ...Object.fromEntries(stricter) }];
  });
  return {
    ...merged,
    gates: { ...(isDocument(merged['gates']) ? merged['gates'] : {}), byIntent: Object.fromEntries(held) },
  };
};

/** An override over what counts so far: the override wins, but for safety keys, where the stricter of the two does. */
export const layOver = (below: Document, above: Document): Document => {
  const merged = laid(below, [], { below, above });
  if (!isDocument(merged)) return below;
  const gates = above['gates'];
  return isDocument(gates) ? rowsHeldBy(merged, gates) : merged;
};
