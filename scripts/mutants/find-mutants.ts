/**
 * Finds what can be broken in a file: walks through its tree, and asks the tables at each node.
 * Types, imports and names are left alone: they are nothing at run time, or do not compile.
 *
 * @module
 */
import { SyntaxKind } from "typescript/unstable/ast";
import type { Node, SourceFile } from "typescript/unstable/ast";
import * as is from "typescript/unstable/ast/is";
import { METHODS, nextNumber, OPERATORS, otherExpressions } from "./changes.ts";
import type { Mutant } from "./mutant.ts";

/** What has no meaning at run time, and is not looked into. */
const PASSED_OVER: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.ImportDeclaration,
  SyntaxKind.ExportDeclaration,
  SyntaxKind.InterfaceDeclaration,
  SyntaxKind.TypeAliasDeclaration,
]);

type Change = readonly [kind: string, start: number, end: number, replacement: string];

/** All mutants of a file, in the order of its lines. */
export function findMutants(file: string, tree: SourceFile): Mutant[] {
  const mutants: Mutant[] = [];
  const lines = tree.text.split("\n");
  const visit = (node: Node, within: string): void => {
    if (PASSED_OVER.has(node.kind) || is.isTypeNode(node)) return;
    const inside = nameOf(node, tree) ?? within;
    for (const [kind, start, end, replacement] of changesOf(node, tree)) {
      const line = tree.text.slice(0, start).split("\n").length;
      const text = (lines[line - 1] ?? "").trim();
      mutants.push({ file, start, end, replacement, kind, line, text, within: inside });
    }
    node.forEachChild((child) => {
      visit(child, inside);
      return undefined;
    });
  };
  visit(tree, "");
  return mutants.sort((one, two) => one.start - two.start || one.end - two.end);
}

/** The name of a function, a method or a class; undefined for anything else. */
function nameOf(node: Node, tree: SourceFile): string | undefined {
  if (is.isConstructorDeclaration(node)) return "constructor";
  const isNamed =
    is.isFunctionDeclaration(node) ||
    is.isMethodDeclaration(node) ||
    is.isClassDeclaration(node) ||
    is.isGetAccessorDeclaration(node);
  return isNamed ? node.name?.getText(tree) : undefined;
}

function changesOf(node: Node, tree: SourceFile): Change[] {
  const text = node.getText(tree);
  const start = node.getStart(tree);
  const whole = (kind: string, ...others: readonly string[]): Change[] =>
    others.map((other) => [kind, start, node.end, other]);
  const part = (kind: string, of: Node, ...others: readonly string[]): Change[] =>
    others.map((other) => [kind, of.getStart(tree), of.end, other]);

  if (is.isBinaryExpression(node)) {
    const operator = node.operatorToken.getText(tree);
    const [kind = "", ...turned] = OPERATORS.get(operator) ?? [];
    if (operator === "+" && isText(node.left, node.right)) return [];
    return part(kind, node.operatorToken, ...turned);
  }
  if (is.isPrefixUnaryExpression(node)) {
    if (text.startsWith("!")) return whole("negation", node.operand.getText(tree));
    return text.startsWith("-") ? whole("arithmetic", text.slice(1)) : [];
  }
  if (is.isIfStatement(node)) return ifChanges(node.expression, node.elseStatement, part);
  if (is.isConditionalExpression(node)) return part("branch", node.condition, "true", "false");
  if (is.isWhileStatement(node)) return part("loop", node.expression, "false");
  if (is.isForStatement(node)) {
    return node.condition === undefined ? [] : part("loop", node.condition, "false");
  }
  if (is.isForOfStatement(node)) return part("loop", node.expression, "[]");
  if (node.kind === SyntaxKind.TrueKeyword) return whole("boolean", "false");
  if (node.kind === SyntaxKind.FalseKeyword) return whole("boolean", "true");
  if (is.isNumericLiteral(node)) {
    return isNameOf(node) ? [] : whole("constant", nextNumber(text));
  }
  if (is.isStringLiteral(node) || is.isNoSubstitutionTemplateLiteral(node)) {
    return isNameOf(node) ? [] : whole("text", text.length > 2 ? '""' : '"mutant"');
  }
  if (is.isTemplateExpression(node)) {
    return [node.head, ...node.templateSpans.map((span) => span.literal)].flatMap((piece) => {
      const inside = piece.getText(tree);
      const [open, close] = [inside.slice(0, 1), inside.endsWith("`") ? "`" : "${"];
      const isEmpty = inside.length === open.length + close.length;
      return isEmpty ? [] : part("text", piece, open + close);
    });
  }
  if (is.isRegularExpressionLiteral(node)) return whole("pattern", ...otherExpressions(text));
  if (is.isArrayLiteralExpression(node)) {
    return node.elements.length > 0 ? whole("list", "[]") : [];
  }
  if (is.isAwaitExpression(node)) return whole("await", node.expression.getText(tree));
  if (is.isPropertyAccessExpression(node)) {
    const other = METHODS.get(node.name.getText(tree));
    return other === undefined ? [] : part("method", node.name, other);
  }
  if (is.isExpressionStatement(node)) return whole("statement", ";");
  if (is.isReturnStatement(node)) return returnChanges(node, whole);
  if (is.isThrowStatement(node)) return whole("statement", ";");
  if (is.isBreakStatement(node) || is.isContinueStatement(node)) return whole("statement", ";");
  if (is.isCaseClause(node) && node.statements.length > 0) {
    const [first] = node.statements;
    if (first !== undefined) return [["branch", first.getStart(tree), node.end, "break;"]];
  }
  if (is.isTryStatement(node)) {
    const blocks = [node.catchClause?.block, node.finallyBlock];
    return blocks.flatMap((block) =>
      block === undefined || block.statements.length === 0 ? [] : part("branch", block, "{}"),
    );
  }
  return [];
}

type Part = (kind: string, of: Node, ...others: readonly string[]) => Change[];

function ifChanges(condition: Node, otherwise: Node | undefined, part: Part): Change[] {
  const turned = part("branch", condition, "true", "false");
  return otherwise === undefined || is.isIfStatement(otherwise)
    ? turned
    : [...turned, ...part("branch", otherwise, "{}")];
}

/** An early return without a value is removed; one that ends its function says nothing. */
function returnChanges(
  node: Node,
  whole: (kind: string, ...others: readonly string[]) => Change[],
): Change[] {
  return is.isReturnStatement(node) && node.expression === undefined
    ? whole("statement", ";")
    : [];
}

/** Texts that are put together are not subtracted. */
function isText(...nodes: readonly Node[]): boolean {
  return nodes.some((node) => is.isStringLiteral(node) || is.isTemplateExpression(node));
}

/** The name of a member: `400: "Bad request"`. */
function isNameOf(node: Node): boolean {
  const { parent } = node;
  return is.isPropertyAssignment(parent) && parent.name === node;
}
