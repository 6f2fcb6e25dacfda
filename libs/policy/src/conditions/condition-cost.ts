import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf } from './condition-names.ts';

/** Steps that evaluating one condition may take; the dearest of the shipped playbooks takes fewer than two hundred. */
export const MOST_STEPS = 5_000;

const LOOPS = ['all', 'exists', 'exists_one', 'map', 'filter'];
/** What a list is taken to hold where its length is not known from the playbook. */
const UNKNOWN_LENGTH = 200;

export type ListSizes = Readonly<Record<string, number>>;

const lengthOf = (node: ASTNode, sizes: ListSizes): number => {
  if (node.op === 'list') return node.args.length;
  return node.op === '.' && node.args[0].op === 'id' && node.args[0].args === 'lists'
    ? (sizes[node.args[1]] ?? UNKNOWN_LENGTH)
    : UNKNOWN_LENGTH;
};

/** How many steps an expression takes at most: one for each node, as many times as loops go round it, and one for each phrase that is looked for. */
export const stepsOf = (node: ASTNode, sizes: ListSizes): number => {
  const below = childrenOf(node).reduce((sum, child) => sum + stepsOf(child, sizes), 0);
  if (node.op === 'rcall' && LOOPS.includes(node.args[0])) return 1 + lengthOf(node.args[1], sizes) * below;
  if (node.op === 'call' && node.args[0] === 'mentions')
    return 1 + below + node.args[1].slice(1).reduce((sum, list) => sum + lengthOf(list, sizes), 0);
  if (node.op === 'in') return 1 + below + lengthOf(node.args[1], sizes);
  return 1 + below;
};
