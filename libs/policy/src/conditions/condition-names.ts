import type { ASTNode } from '@marcbachmann/cel-js';
import type { ConditionFault } from './check-condition.ts';

/** The names that a playbook defines, by the variable or the property of `decision` under which a condition uses them. */
export interface KnownNames {
  readonly lists: readonly string[];
  readonly numbers: readonly string[];
  readonly reading: readonly string[];
  /** Words that `decision.category` and its like can be compared with; left out where any will do. */
  readonly decision: Readonly<Record<string, readonly string[]>>;
}

/** The nodes an expression is made of, from the outermost inwards. */
export const childrenOf = (node: ASTNode): readonly ASTNode[] => {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'list':
      return node.args;
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
};

const nodesOf = (node: ASTNode): readonly ASTNode[] => [node, ...childrenOf(node).flatMap(nodesOf)];

const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'there are none' : `there are ${[...names].sort().join(', ')}`;

const SPACES = ['lists', 'numbers', 'reading'] as const;
const spaceOf = (node: ASTNode): (typeof SPACES)[number] | undefined =>
  node.op === 'id' ? SPACES.find((space) => space === node.args) : undefined;

const memberFaults = (node: ASTNode, names: KnownNames): readonly ConditionFault[] => {
  if (node.op !== '.' && node.op !== '[]') return [];
  const space = spaceOf(node.args[0]);
  if (!space) return [];
  const member =
    typeof node.args[1] === 'string' ? node.args[1] : node.args[1].op === 'value' ? String(node.args[1].args) : null;
  if (member === null) return [{ message: `${space}[…] needs a name that is written out`, offset: node.start }];
  return names[space].includes(member)
    ? []
    : [{ message: `${space}.${member} does not exist; ${listed(names[space])}`, offset: node.pos }];
};

const decisionKey = (node: ASTNode): string | null =>
  node.op === '.' && node.args[0].op === 'id' && node.args[0].args === 'decision' ? node.args[1] : null;

const literals = (node: ASTNode): readonly ASTNode[] =>
  (node.op === 'list' ? node.args : [node]).filter(({ op }) => op === 'value');

/** `decision.category == "leed"` can never hold: somebody mistyped. */
const wordFaults = (node: ASTNode, names: KnownNames): readonly ConditionFault[] => {
  if (node.op !== '==' && node.op !== '!=' && node.op !== 'in') return [];
  const [left, right] = node.args;
  const pairs = [
    [left, right],
    [right, left],
  ] as const;
  return pairs.flatMap(([subject, other]) => {
    const key = decisionKey(subject);
    const words = key === null ? undefined : names.decision[key];
    return words === undefined
      ? []
      : literals(other)
          .filter(({ args }) => args !== '' && !words.includes(String(args)))
          .map(({ args, start }) => ({
            message: `decision.${key} is never "${String(args)}"; ${listed(words)}`,
            offset: start,
          }));
  });
};

/** Names that a condition uses and the playbook does not define. */
export const nameFaultsIn = (ast: ASTNode, names: KnownNames): readonly ConditionFault[] =>
  nodesOf(ast).flatMap((node) => [...memberFaults(node, names), ...wordFaults(node, names)]);
