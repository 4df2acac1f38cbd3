/**
 * What must stay in one piece when a text is cut: links, tags and addresses, which WeChat shows as
 * something to tap or not at all, and the lines that open and close a block of code.
 *
 * @module
 */

/** A part of a text, from `start` up to `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** Where a text may be cut beside it: not behind what opens, nor before what closes. */
  readonly edges: "both" | "start" | "end";
}

/** A block of code: its lines begin at `start`, and the line that closes it begins at `end`. */
export interface Fence {
  readonly start: number;
  readonly end: number;
  /** The line that opens it, with its language alone. */
  readonly opening: string;
  readonly closing: string;
}

/** What is in a text that must not be cut, in order; no span overlaps the one before. */
export interface Unbreakable {
  readonly spans: readonly Span[];
  /** The same without the words of links: for a link that alone is too long. */
  readonly parts: readonly Span[];
  readonly fences: readonly Fence[];
}

/** A tag, or an address from behind its scheme on. It ends where Chinese punctuation begins. */
const TAG_OR_ADDRESS =
  /<\/?[a-z][^<>]{0,1000}>|:\/\/[^\s<>"`，。、；：！？…（）《》「」『』【】“”‘’]+/gi;

/** The scheme before `://`: https, weixin. */
const SCHEME = /[a-z][a-z0-9+.-]{0,20}$/i;

/** A tag that opens a link, and one that closes it. */
const LINK_OPENS = /^<a\s/i;
const LINK_CLOSES = /^<\/a\s*>$/i;

/** A longer one is not meant as a link: one of its tags is missing. */
const LONGEST_LINK = 2048;

/** A line of three backticks or more, and the text after them. */
const FENCE_LINE = /^[ \t]*(`{3,16})(?!`)([^`]*)$/;
const LANGUAGE = /^[\w+#.-]{1,20}/;

/** Finds it, in time that grows with the length of the text. */
export function findUnbreakable(text: string): Unbreakable {
  const { lines, fences } = findFences(text);
  const { links, parts } = findLinks(text);
  return { spans: inOrder([...lines, ...links]), parts: inOrder([...lines, ...parts]), fences };
}

function inOrder(spans: Span[]): readonly Span[] {
  let end = 0;
  return spans
    .sort((a, b) => a.start - b.start)
    .filter((span) => {
      if (span.start < end) return false;
      end = span.end;
      return true;
    });
}

/** The index of the last item that starts at or before an offset; -1 for none. */
export function lastAt(items: readonly { readonly start: number }[], offset: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(items[middle]?.start) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function findLinks(text: string): { readonly links: Span[]; readonly parts: Span[] } {
  const links: Span[] = [];
  const parts: Span[] = [];
  let opened: number | undefined;
  for (const match of text.matchAll(TAG_OR_ADDRESS)) {
    const found = match[0];
    const isTag = found.startsWith("<");
    const before = isTag ? "" : text.slice(Math.max(0, match.index - 21), match.index);
    const start = match.index - (SCHEME.exec(before)?.[0].length ?? 0);
    const end = match.index + found.length;
    const edges = !isTag ? "both" : found.startsWith("</") ? "end" : "start";
    const part: Span = { start, end, edges };
    parts.push(part);
    links.push(part);
    if (LINK_OPENS.test(found)) opened = start;
    if (!LINK_CLOSES.test(found) || opened === undefined) continue;
    if (end - opened <= LONGEST_LINK) {
      while ((links.at(-1)?.start ?? -1) >= opened) links.pop();
      links.push({ start: opened, end, edges: "both" });
    }
    opened = undefined;
  }
  return { links, parts };
}

function findFences(text: string): { readonly lines: Span[]; readonly fences: Fence[] } {
  const lines: Span[] = [];
  const fences: Fence[] = [];
  let opened: Omit<Fence, "end"> | undefined;
  for (let start = 0, at = 0; (at = text.indexOf("```", start)) >= 0; ) {
    const line = Math.max(start, text.lastIndexOf("\n", at) + 1);
    const lineEnd = text.indexOf("\n", at);
    const end = lineEnd < 0 ? text.length : lineEnd + 1;
    const [, ticks, words = ""] = FENCE_LINE.exec(text.slice(line, end).trimEnd()) ?? [];
    if (ticks !== undefined && opened === undefined) {
      const language = LANGUAGE.exec(words.trim())?.[0] ?? "";
      opened = { start: end, opening: `${ticks}${language}\n`, closing: ticks };
      lines.push({ start: line, end, edges: "start" });
    } else if (ticks !== undefined && opened !== undefined && closes(ticks, words, opened)) {
      fences.push({ ...opened, end: line });
      lines.push({ start: line, end, edges: "end" });
      opened = undefined;
    }
    start = end;
  }
  if (opened !== undefined) fences.push({ ...opened, end: text.length });
  return { lines, fences };
}

function closes(ticks: string, words: string, { closing }: Omit<Fence, "end">): boolean {
  return words.trim() === "" && ticks.length >= closing.length;
}
