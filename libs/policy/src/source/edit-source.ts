import { parseDocument } from 'yaml';
import type { Path } from '../resolve/document.ts';

/** A value of a playbook that is to be another. */
export interface SourceEdit {
  readonly path: Path;
  readonly value: unknown;
}

/** The text of a playbook.yaml with other values; its comments, and the order of what else it says, stay. */
export const editSource = (text: string, edits: readonly SourceEdit[]): string => {
  const yaml = parseDocument(text);
  for (const { path, value } of edits) yaml.setIn(path, yaml.createNode(value));
  return yaml.toString({ lineWidth: 0 });
};
