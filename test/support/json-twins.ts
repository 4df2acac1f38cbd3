/**
 * The bodies of the corpus as the JSON that stands for them, made from what the second reader of XML
 * finds. Where the platform's own JSON is documented, it has these forms: numbers bare, a list as an
 * array, and of mini programs the list of subscription messages without its wrapper.
 *
 * @module
 */
import type { WireNode } from "./reader.ts";

/** How lists are written: as XML has them, or each `<item>` list as an array. */
export type Lists = "items" | "arrays";

export function jsonTwin(root: WireNode, lists: Lists): string {
  return valueOf(root, lists);
}

function valueOf(node: WireNode, lists: Lists): string {
  if (node.children.length === 0) return leaf(node.text);
  const names = [...new Set(node.children.map(({ name }) => name))];
  if (lists === "arrays" && names.length === 1 && names[0] === "item") {
    return arrayOf(node.children, lists);
  }
  const members = names.map((name) => {
    const nodes = node.children.filter((child) => child.name === name);
    const [first] = nodes;
    const value = nodes.length === 1 && first ? valueOf(first, lists) : arrayOf(nodes, lists);
    return `${JSON.stringify(name)}: ${value}`;
  });
  return `{${members.join(", ")}}`;
}

function arrayOf(nodes: readonly WireNode[], lists: Lists): string {
  return `[${nodes.map((node) => valueOf(node, lists)).join(", ")}]`;
}

/** Ids of 64 bits stand there as bare numbers. */
function leaf(text: string): string {
  return /^(?:0|[1-9][0-9]*)$/.test(text) ? text : JSON.stringify(text);
}
