import type { ASTNode } from '@marcbachmann/cel-js';
import type { Playbook } from '../playbook.ts';
import { childrenOf } from './condition-names.ts';
import { parseCondition } from './condition.ts';
import { readNumber } from './read-number.ts';

type Listing = Pick<Playbook, 'rubric' | 'extraction' | 'lists' | 'taxonomy'>;

/** What stands for a text that the playbook does not list: the text itself is the writer's, and stays in the content. */
const UNLISTED = 'unlisted';
const WRITTEN = ['subject', 'text', 'title'];

const memberOf = (node: ASTNode): readonly [space: string, name: string | null] | null => {
  if ((node.op !== '.' && node.op !== '[]') || node.args[0].op !== 'id') return null;
  return [node.args[0].args, typeof node.args[1] === 'string' ? node.args[1] : null];
};

/** True where the writer's own words can come out of it: a field of the form, the text, a field that the model may fill with any words. */
const isWriters = (node: ASTNode, { extraction }: Pick<Listing, 'extraction'>): boolean => {
  const [space, name] = memberOf(node) ?? ['', null];
  if (space === 'metadata') return true;
  if (space === 'inquiry') return name !== null && WRITTEN.includes(name);
  if (space === 'reading') {
    const field = name === null ? undefined : extraction.fields[name];
    return field === undefined || (field.type.startsWith('string') && !field.values?.length);
  }
  return childrenOf(node).some((child) => isWriters(child, { extraction }));
};

const textsIn = (node: ASTNode): readonly string[] => [
  ...(node.op === 'value' && typeof node.args === 'string' ? [node.args] : []),
  ...childrenOf(node).flatMap(textsIn),
];

interface Known {
  /** Every word that the playbook itself says. */
  readonly words: ReadonlySet<string>;
  /** By expression: whether the writer's own words can come out of it. */
  readonly writers: Map<string, boolean>;
}

const known = new WeakMap<Listing['rubric'], Known>();

const knownOf = ({ rubric, extraction, lists, taxonomy }: Listing): Known => {
  const found = known.get(rubric);
  if (found) return found;
  const made: Known = {
    words: new Set([
      ...rubric.components.flatMap(({ when, input }) =>
        [when, input].flatMap((text) => textsIn(parseCondition('rubric', text).ast)),
      ),
      ...Object.values(extraction.fields).flatMap(({ values }) => values ?? []),
      ...Object.values(lists).flat(),
      ...taxonomy.categories.map(({ name }) => name),
    ]),
    writers: new Map(),
  };
  known.set(rubric, made);
  return made;
};

/**
 * The value that is shown beside the points of a component. It stands in the decision, where no personal data may stand: of what the
 * writer can say freely only numbers are shown, and words that the playbook lists.
 */
export const shownInput = (playbook: Listing, expression: string, value: unknown): string | number | boolean | null => {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'string') return null;
  const { words, writers } = knownOf(playbook);
  const isFree = writers.get(expression) ?? isWriters(parseCondition('rubric', expression).ast, playbook);
  writers.set(expression, isFree);
  if (!isFree || words.has(value)) return value;
  return readNumber(value) ?? UNLISTED;
};
