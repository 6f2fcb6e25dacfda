import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A literal of production code, with what stands around it. */
export interface Literal {
  readonly file: string;
  readonly line: number;
  readonly value: string | number;
  /** What it is compared with, as it is written; null where it is in no comparison. */
  readonly comparedWith: string | null;
  /** The constant, property or parameter it is given to; null where there is none. */
  readonly givenTo: string | null;
}

/** Not production: tests, what tests lean on, scripts, the outside world's stand-ins; and the schema, whose numbers are bounds; what worked cases take for ordinary. */
const NOT_PRODUCTION = [
  '.spec.ts',
  '.suite.ts',
  '/testing/',
  '/measure/',
  'apps/simulators/',
  'libs/tooling/',
  'libs/testing/',
  'libs/chaos/',
  'libs/policy/src/schema/',
  'libs/policy/src/cases/',
];

const COMPARISONS = new Set([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

const otherSide = (node: ts.Node): string | null => {
  const { parent } = node;
  if (!ts.isBinaryExpression(parent) || !COMPARISONS.has(parent.operatorToken.kind)) return null;
  return (parent.left === node ? parent.right : parent.left).getText();
};

const receiver = ({ parent }: ts.Node): string | null =>
  (ts.isVariableDeclaration(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent)) &&
  parent.name
    ? parent.name.getText()
    : null;

const valueOf = (node: ts.Node): string | number | null => {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  const isText = ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node);
  return isText && !ts.isImportDeclaration(node.parent) && !ts.isExportDeclaration(node.parent) ? node.text : null;
};

const literalsOf = (file: string, source: ts.SourceFile): readonly Literal[] => {
  const found: Literal[] = [];
  const visit = (node: ts.Node): void => {
    const value = valueOf(node);
    if (value !== null)
      found.push({
        file,
        line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1,
        value,
        comparedWith: otherSide(node),
        givenTo: receiver(node),
      });
    node.forEachChild(visit);
  };
  visit(source);
  return found;
};

export const literalsIn = (file: string, text: string): readonly Literal[] =>
  literalsOf(file, ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));

/** Every literal of the production code of a checkout. */
export const productionLiterals = (root: string): readonly Literal[] =>
  globSync('{apps,libs}/*/src/**/*.ts', { cwd: root })
    .filter((file) => !NOT_PRODUCTION.some((part) => file.includes(part)))
    .flatMap((file) => literalsIn(file, readFileSync(join(root, file), 'utf8')));
