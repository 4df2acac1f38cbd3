/**
 * Every regular expression of the source, found in the trees of TypeScript's own parser: literals,
 * and what `new RegExp(…)` is given, put together from the constants of its file.
 *
 * @module
 */
import { join, relative } from "node:path";
import { API } from "typescript/unstable/sync";
import { SyntaxKind } from "typescript/unstable/ast";
import type { Expression, Node, SourceFile } from "typescript/unstable/ast";
import * as is from "typescript/unstable/ast/is";
import { sourceFiles } from "../support/source-files.ts";

export interface Found {
  /** Such as `src/api/json.ts:41`. */
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** What a bot's author gives: their own business, and named in the documents. */
const OF_AUTHORS: readonly string[] = ["src/bot/router.ts: new RegExp(pattern)"];

const PROJECTS = ["tsconfig.json", "lab/play/page/tsconfig.json"] as const;

/** @param root of the project */
export function findExpressions(root: string): Found[] {
  const files = sourceFiles().map((name) => join(root, name));
  const api = new API({ cwd: root });
  try {
    return PROJECTS.flatMap((project, index) => {
      const config = join(root, project);
      const { program } = api.updateSnapshot({ openProjects: [config] }).getProject(config) ?? {};
      const own = files.filter((file) => file.endsWith(index === 0 ? ".ts" : ".js"));
      return own.flatMap((file) => {
        const tree = program?.getSourceFile(file);
        if (tree === undefined) throw new Error(`${file} is in no project`);
        return expressionsIn(relative(root, file), tree);
      });
    });
  } finally {
    api.close();
  }
}

/** How many of them a search without a parser sees: a check on the search, not more. */
export function looksLikeExpressions(text: string): number {
  return text.match(/new RegExp\(|(?<!\/)\/[dgimsuvy]*\.(?:test|exec)\(/g)?.length ?? 0;
}

function expressionsIn(file: string, tree: SourceFile): Found[] {
  const found: Found[] = [];
  const visit = (node: Node): void => {
    const line = tree.text.slice(0, node.getStart(tree)).split("\n").length;
    const place = `${file}:${line}`;
    if (is.isRegularExpressionLiteral(node)) found.push({ place, ...literal(node.getText(tree)) });
    const isMade = is.isNewExpression(node) || is.isCallExpression(node);
    if (isMade && node.expression.getText(tree) === "RegExp") {
      const text = node.getText(tree);
      if (OF_AUTHORS.includes(`${file}: ${text}`)) return;
      const [pattern, flags] = node.arguments ?? [];
      if (pattern === undefined) throw new Error(`${place}: ${text} has no pattern`);
      found.push({
        place,
        source: textOf(pattern, tree, place),
        flags: flags === undefined ? "" : textOf(flags, tree, place),
      });
    }
    node.forEachChild((child) => {
      visit(child);
      return undefined;
    });
  };
  visit(tree);
  return found;
}

function literal(text: string): { source: string; flags: string } {
  const end = text.lastIndexOf("/");
  return { source: text.slice(1, end), flags: text.slice(end + 1) };
}

/** The text that an expression of constants stands for. */
function textOf(node: Expression, tree: SourceFile, place: string): string {
  if (is.isStringLiteral(node) || is.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (is.isRegularExpressionLiteral(node)) return literal(node.getText(tree)).source;
  if (is.isIdentifier(node)) return textOf(constant(node.text, tree, place), tree, place);
  if (is.isTemplateExpression(node)) {
    const spans = node.templateSpans.map(
      (span) => textOf(span.expression, tree, place) + span.literal.text,
    );
    return node.head.text + spans.join("");
  }
  if (is.isTaggedTemplateExpression(node) && node.tag.getText(tree) === "String.raw") {
    return node.template.getText(tree).slice(1, -1);
  }
  if (is.isCallExpression(node) && is.isPropertyAccessExpression(node.expression)) {
    const { expression: list, name } = node.expression;
    if (name.text === "join" && is.isArrayLiteralExpression(list)) {
      const [between] = node.arguments;
      const separator = between === undefined ? "," : textOf(between, tree, place);
      return list.elements.map((each) => textOf(each, tree, place)).join(separator);
    }
  }
  throw new Error(`${place}: ${node.getText(tree)} is put together in a way that is not known`);
}

function constant(name: string, tree: SourceFile, place: string): Expression {
  let value: Expression | undefined;
  const visit = (node: Node): void => {
    if (node.kind === SyntaxKind.VariableDeclaration && is.isVariableDeclaration(node)) {
      if (node.name.getText(tree) === name) value = node.initializer;
    }
    node.forEachChild((child) => {
      visit(child);
      return undefined;
    });
  };
  visit(tree);
  if (value === undefined) throw new Error(`${place}: ${name} is no constant of the file`);
  return value;
}
