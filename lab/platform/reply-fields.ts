/**
 * The fields that a reply of each kind has, and how they are looked for: an element that is not
 * there is often there in another place, or in other letters, and the sentence should say so.
 *
 * @module
 */
import type { AnswerElement } from "./answer-reader.ts";
import type { Findings } from "./findings.ts";

/** A kind of reply: which paths must be there, and which may be. */
export interface ReplyKind {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** By `MsgType`. What news has is counted and checked on its own. */
export const REPLY_KINDS: Readonly<Record<string, ReplyKind>> = {
  text: { required: ["Content"], optional: [] },
  image: { required: ["Image/MediaId"], optional: [] },
  voice: { required: ["Voice/MediaId"], optional: [] },
  video: { required: ["Video/MediaId"], optional: ["Video/Title", "Video/Description"] },
  // The picture is checked on its own.
  music: {
    required: [],
    optional: [
      ...["Music/Title", "Music/Description", "Music/MusicUrl", "Music/HQMusicUrl"],
      "Music/ThumbMediaId",
    ],
  },
  news: { required: ["ArticleCount"], optional: ["Articles"] },
  transfer_customer_service: { required: [], optional: ["TransInfo/KfAccount"] },
};

/** What every reply has. */
export const COMMON_FIELDS: readonly string[] = [
  "ToUserName",
  "FromUserName",
  "CreateTime",
  "MsgType",
];

/** What old programs write and WeChat passes over. */
const TOLERATED: readonly string[] = ["FuncFlag", "MsgId"];

/** The first element at a path such as `Image/MediaId`. */
export function elementAt(root: AnswerElement, path: string): AnswerElement | undefined {
  let current: AnswerElement | undefined = root;
  for (const name of path.split("/")) {
    current = current?.children.find((child) => child.name === name);
  }
  return current;
}

/** The text at a path; empty if there is none. */
export function textOf(root: AnswerElement, path: string): string {
  return elementAt(root, path)?.text ?? "";
}

/** Looks for a field that must be there and must not be empty. */
export function requireField(root: AnswerElement, path: string, findings: Findings): boolean {
  const element = elementAt(root, path);
  if (element === undefined) {
    findings.add("FIELD-MISSING", `${path} is missing${hint(root, path)}`);
    return false;
  }
  if (element.text.trim() !== "") return true;
  if (path === "Content") {
    findings.add("CONTENT-EMPTY", "Content is empty, which is not the same as no answer");
  } else {
    findings.add("FIELD-EMPTY", `${path} is empty`);
  }
  return false;
}

/** Names elements that WeChat does not know, and elements that came twice. */
export function checkNames(
  root: AnswerElement,
  kind: ReplyKind | undefined,
  findings: Findings,
): void {
  const paths = [
    ...COMMON_FIELDS,
    ...TOLERATED,
    ...(kind?.required ?? []),
    ...(kind?.optional ?? []),
  ];
  const known = new Set(paths.map((path) => path.split("/")[0] ?? path));
  const seen = new Set<string>();
  for (const { name } of root.children) {
    if (seen.has(name)) findings.add("ELEMENT-TWICE", `<${name}> is there more than once`);
    seen.add(name);
  }
  // Without a kind there is no telling which elements belong to it.
  if (kind === undefined) return;
  for (const name of seen) {
    if (!known.has(name))
      findings.add("FIELD-UNKNOWN", `<${name}> means nothing in this kind of reply`);
  }
}

/** Where the missing element probably is. */
function hint(root: AnswerElement, path: string): string {
  const name = path.split("/").at(-1) ?? path;
  for (const { element, place } of everyElement(root, "")) {
    if (element.name === name) return `; it is at ${place}`;
    if (element.name.toLowerCase() === name.toLowerCase()) return `; there is <${element.name}>`;
  }
  return "";
}

function* everyElement(
  parent: AnswerElement,
  path: string,
): Generator<{ element: AnswerElement; place: string }> {
  for (const element of parent.children) {
    const place = path === "" ? element.name : `${path}/${element.name}`;
    yield { element, place };
    yield* everyElement(element, place);
  }
}
