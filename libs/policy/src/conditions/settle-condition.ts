import type { ASTNode } from '@marcbachmann/cel-js';

/** What is known of a decision before there is one, by its name in `decision`. */
export type KnownDecision = Readonly<Record<string, string | boolean>>;

const UNKNOWN = Symbol('unknown');
type Settled = string | number | bigint | boolean | null | typeof UNKNOWN | readonly Settled[];

const membersOf = (node: ASTNode): readonly ASTNode[] =>
  Array.isArray(node.args) ? (node.args as readonly ASTNode[]) : [];

const isKnown = (value: Settled): boolean => (Array.isArray(value) ? value.every(isKnown) : value !== UNKNOWN);

const both = (node: ASTNode, known: KnownDecision): readonly [Settled, Settled] => {
  const [left, right] = membersOf(node);
  return [left ? settle(left, known) : UNKNOWN, right ? settle(right, known) : UNKNOWN];
};

const compared = (node: ASTNode, known: KnownDecision): Settled => {
  const [left, right] = both(node, known);
  if (!isKnown(left) || !isKnown(right)) return UNKNOWN;
  if (node.op === 'in') return Array.isArray(right) && right.includes(left);
  return node.op === '==' ? left === right : left !== right;
};

/** `decisive` alone decides it: false of an `&&`, true of an `||`. */
const joined = (node: ASTNode, known: KnownDecision, decisive: boolean): Settled => {
  const sides = both(node, known);
  if (sides.includes(decisive)) return decisive;
  return sides.every((side) => side === !decisive) ? !decisive : UNKNOWN;
};

const chosen = (node: ASTNode, known: KnownDecision): Settled => {
  const [condition, yes, no] = membersOf(node).map((member) => settle(member, known));
  return (condition === true ? yes : condition === false ? no : UNKNOWN) ?? UNKNOWN;
};

const negated = (node: ASTNode, known: KnownDecision): Settled => {
  const value = node.op === '!_' ? settle(node.args, known) : UNKNOWN;
  return typeof value === 'boolean' ? !value : UNKNOWN;
};

const decided = (node: ASTNode, known: KnownDecision): Settled =>
  node.op === '.' && node.args[0].op === 'id' && node.args[0].args === 'decision'
    ? (known[node.args[1]] ?? UNKNOWN)
    : UNKNOWN;

/** What is not here depends on the inquiry. */
const BY_OPERATOR: Readonly<Record<string, (node: ASTNode, known: KnownDecision) => Settled>> = {
  value: (node) => (node.op === 'value' ? (node.args as Settled) : UNKNOWN),
  list: (node, known) => membersOf(node).map((member) => settle(member, known)),
  '.': decided,
  '!_': negated,
  '&&': (node, known) => joined(node, known, false),
  '||': (node, known) => joined(node, known, true),
  '==': compared,
  '!=': compared,
  in: compared,
  '?:': chosen,
};

const settle = (node: ASTNode, known: KnownDecision): Settled => BY_OPERATOR[node.op]?.(node, known) ?? UNKNOWN;

/** Whether a condition holds, as far as what is known of the decision settles it; null where it depends on more. */
export const settleCondition = (ast: ASTNode, known: KnownDecision): boolean | null => {
  const value = settle(ast, known);
  return typeof value === 'boolean' ? value : null;
};
