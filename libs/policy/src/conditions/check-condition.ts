import type { ASTNode } from '@marcbachmann/cel-js';
import { readNumber } from './read-number.ts';
import { MOST_STEPS, stepsOf, type ListSizes } from './condition-cost.ts';
import { childrenOf, nameFaultsIn, type KnownNames } from './condition-names.ts';
import { checkTypes, parseCondition, type ConditionKind } from './condition.ts';

/** What is wrong with a condition, and where in its text: UTF-16 units from its beginning. */
export interface ConditionFault {
  readonly message: string;
  readonly offset: number;
}

export interface ConditionSpec {
  readonly kind: ConditionKind;
  readonly text: string;
  /** `bool` for a condition; `any` for a value that is shown; `number` for a factor. */
  readonly expected: 'bool' | 'number' | 'any';
}

const FITTING = { bool: ['bool', 'dyn'], number: ['int', 'uint', 'double', 'dyn'] };

/** A pattern can take time exponential in what a stranger wrote. */
const patternFaults = (node: ASTNode): readonly ConditionFault[] => [
  ...(node.op === 'rcall' && node.args[0] === 'matches'
    ? [{ message: 'matches() is not available: use mentions(text, lists.…)', offset: node.args[1].end + 1 }]
    : []),
  ...childrenOf(node).flatMap(patternFaults),
];

const ORDER = ['<', '<=', '>', '>='];

/** The sides of an ordering. */
const sidesOf = (node: ASTNode): readonly ASTNode[] =>
  ORDER.includes(node.op) && Array.isArray(node.args) ? (node.args as readonly ASTNode[]) : [];

const numberIn = ({ op, args }: ASTNode): string | null =>
  op === 'value' && typeof args === 'string' && readNumber(args) !== null ? args : null;

/** A field of the sender's, of which nobody knows whether it is a number or a text. */
const isUntyped = (node: ASTNode): boolean =>
  (node.op === '.' || node.op === '[]') &&
  node.args[0].op === 'id' &&
  ['metadata', 'reading'].includes(node.args[0].args);

/** `"9" > "10"`: two texts are ordered by their letters, which is not what anybody means by a budget. */
const orderFaults = (node: ASTNode, text: string): readonly ConditionFault[] => {
  const sides = sidesOf(node);
  const written = sides.map(numberIn).find((number) => number !== null);
  const [first] = sides;
  return [
    ...(written
      ? [{ message: `compares letters and not numbers: write ${written} without quotation marks`, offset: node.start }]
      : []),
    ...(first && sides.every(isUntyped)
      ? [
          {
            message: `may compare letters and not numbers: write amount(${text.slice(first.start, first.end)})`,
            offset: node.start,
          },
        ]
      : []),
    ...childrenOf(node).flatMap((child) => orderFaults(child, text)),
  ];
};

const costFaults = (ast: ASTNode, sizes: ListSizes): readonly ConditionFault[] => {
  const steps = stepsOf(ast, sizes);
  return steps > MOST_STEPS
    ? [{ message: `takes up to ${steps} steps, and ${MOST_STEPS} are allowed`, offset: 0 }]
    : [];
};

/** What is wrong with a condition: types, names, cost. Nothing, when it can be used. */
export const checkCondition = (
  { kind, text, expected }: ConditionSpec,
  names: KnownNames,
  sizes: ListSizes,
): readonly ConditionFault[] => {
  const { type, fault } = checkTypes(kind, text);
  if (fault) return [fault];
  if (expected !== 'any' && !FITTING[expected].includes(type))
    return [{ message: `gives ${type}, and ${expected} is needed here`, offset: 0 }];
  const { ast } = parseCondition(kind, text);
  return [...nameFaultsIn(ast, names), ...patternFaults(ast), ...orderFaults(ast, text), ...costFaults(ast, sizes)];
};
