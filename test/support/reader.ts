/**
 * A second, much simpler reader of the wire's XML: one regular expression and a stack. It knows
 * elements, CDATA and bare text, which is all that the corpus and our replies contain, and throws
 * at anything else. Tests compare the parser with it, so it shares no code and no idea with src.
 *
 * @module
 */

export interface WireNode {
  readonly name: string;
  readonly children: readonly WireNode[];
  /** Pieces of CDATA joined, or else the bare text without the blanks around it. */
  readonly text: string;
}

interface OpenNode {
  name: string;
  children: WireNode[];
  cdata: string | undefined;
  bare: string;
}

const TOKEN = /<!\[CDATA\[([\s\S]*?)\]\]>|<\/([^\s<>/]+)>|<([^\s<>/!?]+)>|([^<]+)/gy;

export function readWire(xml: string): WireNode {
  const document: OpenNode = { name: "", children: [], cdata: undefined, bare: "" };
  const stack: OpenNode[] = [document];
  const source = xml.replace(/^\uFEFF/, "").trim();
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    end = match.index + match[0].length;
    take(match, stack);
  }
  const [root] = document.children;
  if (end !== source.length || stack.length !== 1 || document.children.length !== 1 || !root) {
    throw new Error(`Not of the simple form this reader knows, near ${end}: ${source.slice(end)}`);
  }
  return root;
}

function take([, cdata, closed, opened, bare]: RegExpMatchArray, stack: OpenNode[]): void {
  const top = stack.at(-1);
  if (top === undefined) throw new Error("The stack is empty");
  if (cdata !== undefined) top.cdata = (top.cdata ?? "") + cdata;
  else if (opened !== undefined) {
    stack.push({ name: opened, children: [], cdata: undefined, bare: "" });
  } else if (closed !== undefined) {
    const parent = stack.at(-2);
    if (top.name !== closed || parent === undefined) throw new Error(`Unexpected </${closed}>`);
    stack.pop();
    parent.children.push({
      name: top.name,
      children: top.children,
      text: top.cdata ?? top.bare.trim(),
    });
  } else if (bare !== undefined) {
    if (bare.trim() !== "" && stack.length === 1) throw new Error(`Text outside: ${bare}`);
    top.bare += bare;
  }
}

/** The text of the first node at a path such as `Image/MediaId`. */
export function textAt(node: WireNode, path: string): string | undefined {
  let current: WireNode | undefined = node;
  for (const name of path.split("/")) {
    current = current?.children.find((child) => child.name === name);
  }
  return current?.text;
}
