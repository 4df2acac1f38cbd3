/**
 * Judges a reply by its fields: who it is for, when it was made, and what its kind must have.
 *
 * @module
 */
import type { AnswerElement } from "./answer-reader.ts";
import { quote } from "./answer-text.ts";
import type { Findings } from "./findings.ts";
import { markdownSigns } from "./markdown-signs.ts";
import {
  checkNames,
  COMMON_FIELDS,
  elementAt,
  REPLY_KINDS,
  requireField,
  textOf,
} from "./reply-fields.ts";
import type { Description, LabAccount, MediaType } from "./types.ts";

/** What the reply answers. */
export interface Answered {
  readonly account: LabAccount;
  readonly openId: string;
  /** The fields of the message as it was sent. */
  readonly fields: Description;
  /** When it was sent, in milliseconds since 1970. */
  readonly at: number;
  /** Looks up the id of a file, if the platform knows its files; `undefined` for an unknown one. */
  readonly mediaType?: ((mediaId: string) => MediaType | undefined) | undefined;
}

/** Measured, not documented: above it the follower reads the notice of a fault. */
export const TEXT_LIMIT_BYTES = 2048;

/** Articles in answer to a message, and in answer to an event. */
export const ARTICLE_LIMITS = { message: 1, event: 8 } as const;

const ARTICLE_FIELDS = ["Title", "Description", "PicUrl", "Url"] as const;
const HOUR_SECONDS = 3600;

/** The texts that programs write for values that are not texts. */
const NOT_MEANT = new Set([
  "success",
  "undefined",
  "null",
  "None",
  "NaN",
  "[object Object]",
  "[object Promise]",
]);

/** Adds to the findings what is wrong with the reply. */
export function checkReply(root: AnswerElement, answered: Answered, findings: Findings): void {
  const msgType = textOf(root, "MsgType");
  const kind = Object.hasOwn(REPLY_KINDS, msgType) ? REPLY_KINDS[msgType] : undefined;
  for (const path of COMMON_FIELDS) requireField(root, path, findings);
  checkAddresses(root, answered, findings);
  checkTime(textOf(root, "CreateTime"), answered, findings);
  checkMarkup(root, findings);
  checkNames(root, kind, findings);
  if (kind === undefined) {
    if (msgType.trim() !== "") findings.add("TYPE-UNKNOWN", `MsgType is ${quote(msgType)}`);
    return;
  }
  for (const path of kind.required) requireField(root, path, findings);
  CHECKS[msgType]?.(root, answered, findings);
  if (isEvent(answered, "unsubscribe")) {
    findings.add("UNSUBSCRIBE-ANSWERED", "The follower has left and cannot read the reply");
  }
}

const CHECKS: Readonly<Record<string, typeof checkReply>> = {
  text: checkText,
  image: (root, answered, findings) => checkFile("image", "Image/MediaId", root, answered, findings),
  voice: (root, answered, findings) => checkFile("voice", "Voice/MediaId", root, answered, findings),
  video: (root, answered, findings) => checkFile("video", "Video/MediaId", root, answered, findings),
  music: checkMusic,
  news: checkNews,
  transfer_customer_service: checkTransfer,
};

function checkAddresses(
  root: AnswerElement,
  { account, openId, fields }: Answered,
  findings: Findings,
): void {
  const official = String(fields["ToUserName"] ?? account.originalId);
  const [to, from] = [textOf(root, "ToUserName"), textOf(root, "FromUserName")];
  if (to.trim() !== "" && to !== openId) {
    const cause = to === official ? "; sender and recipient are not exchanged" : "";
    findings.add("RECIPIENT-WRONG", `ToUserName must be ${openId}, got ${quote(to)}${cause}`);
  }
  if (from.trim() !== "" && from !== official) {
    const cause = from === account.appId ? ", which is the AppID" : "";
    findings.add("SENDER-WRONG", `FromUserName must be ${official}, got ${quote(from)}${cause}`);
  }
}

function checkTime(text: string, { at }: Answered, findings: Findings): void {
  if (text.trim() === "") return;
  const seconds = Math.floor(at / 1000);
  const off = Number(text) - seconds;
  if (!/^\d+$/.test(text)) {
    findings.add("CREATE-TIME-NOT-NUMBER", `CreateTime must be digits, got ${quote(text)}`);
  } else if (/^\d{13}$/.test(text)) {
    findings.add("CREATE-TIME-MILLISECONDS", `CreateTime is in milliseconds: ${text}`);
  } else if (Math.abs(off) > HOUR_SECONDS) {
    const direction = off > 0 ? "ahead of" : "behind";
    findings.add("CREATE-TIME-OFF", `CreateTime is ${Math.abs(off)} s ${direction} the platform's`);
  }
}

/** What is well formed, but was seen to be taken amiss. */
function checkMarkup(root: AnswerElement, findings: Findings): void {
  if (root.children.length > 0 && root.text.trim() !== "") {
    findings.add("STRAY-TEXT", `There is text between the elements: ${quote(root.text.trim())}`);
  }
  const all = [root, ...descendants(root)];
  const first = (holds: (element: AnswerElement) => boolean): string | undefined =>
    all.find(holds)?.name;
  const inTag = first((element) => element.blanksInTag);
  if (inTag !== undefined)
    findings.add("BLANKS-IN-TAG", `There are blanks inside a tag of <${inTag}>`);
  const around = first((element) => element.blanksAroundCdata);
  if (around !== undefined) {
    findings.add("BLANKS-AROUND-CDATA", `There are blanks around the CDATA of <${around}>`);
  }
  const numeric = first((element) => element.numericReference);
  if (numeric !== undefined) {
    findings.add("NUMERIC-REFERENCE", `<${numeric}> has characters written as numbers`);
  }
}

function checkText(root: AnswerElement, _answered: Answered, findings: Findings): void {
  const content = textOf(root, "Content");
  const bytes = Buffer.byteLength(content);
  if (bytes > TEXT_LIMIT_BYTES) {
    findings.add("CONTENT-TOO-LONG", `Content has ${bytes} bytes, more than ${TEXT_LIMIT_BYTES}`);
  }
  if (NOT_MEANT.has(content.trim())) {
    findings.add("CONTENT-NOT-MEANT", `The follower reads the word ${quote(content.trim())}`);
  }
  const [sign] = markdownSigns(content);
  if (sign !== undefined) {
    findings.add("CONTENT-MARKDOWN", `The follower reads marks of Markdown: ${quote(sign)}`);
  }
}

/** A file must be one that the platform has, and of the kind that is sent. */
function checkFile(
  type: MediaType,
  path: string,
  root: AnswerElement,
  { mediaType }: Answered,
  findings: Findings,
): void {
  const mediaId = textOf(root, path);
  if (mediaType === undefined || mediaId.trim() === "") return;
  const known = mediaType(mediaId);
  if (known === undefined) {
    findings.add("MEDIA-UNKNOWN", `${path} is ${quote(mediaId)}, which this platform does not know`);
  } else if (known !== type && !(type === "thumb" && known === "image")) {
    findings.add("MEDIA-UNKNOWN", `${path} is ${quote(mediaId)}, which is the id of a ${known}`);
  }
}

function checkNews(root: AnswerElement, answered: Answered, findings: Findings): void {
  const items = articlesOf(root);
  const count = textOf(root, "ArticleCount");
  const most = articleLimit(answered.fields);
  if (items.length === 0) {
    findings.add("ARTICLES-MISSING", "Articles holds no <item>");
    return;
  }
  if (count.trim() !== "" && count.trim() !== String(items.length)) {
    findings.add(
      "ARTICLE-COUNT-WRONG",
      `ArticleCount says ${quote(count)}, Articles holds ${items.length}`,
    );
  }
  if (items.length > ARTICLE_LIMITS.event) {
    findings.add("ARTICLES-TOO-MANY", `There are ${items.length} articles, at most 8 are allowed`);
  } else if (items.length > most) {
    findings.add(
      "ARTICLES-MORE-THAN-ONE",
      `There are ${items.length} articles in answer to a message`,
    );
  }
  for (const [index, item] of items.entries()) {
    const isThere = (name: string): boolean => elementAt(item, name) !== undefined;
    const empty = ARTICLE_FIELDS.filter((name) => textOf(item, name).trim() === "");
    const missing = empty.filter((name) => name === "Title" || isThere(name));
    const leftOut = empty.filter((name) => !missing.includes(name));
    const article = `Article ${index + 1}`;
    if (missing.length > 0) {
      findings.add("ARTICLE-FIELD-MISSING", `${article} has nothing in ${missing.join(" and ")}`);
    }
    if (leftOut.length > 0) {
      findings.add("ARTICLE-FIELD-LEFT-OUT", `${article} has no ${leftOut.join(", no ")}`);
    }
  }
}

/** Several libraries found that the element may be missing, but not empty. */
function checkMusic(root: AnswerElement, answered: Answered, findings: Findings): void {
  if ((elementAt(root, "Music")?.children ?? []).length === 0) requireField(root, "Music", findings);
  else if (elementAt(root, "Music/ThumbMediaId") === undefined) {
    findings.add("MUSIC-WITHOUT-PICTURE", "Music has no ThumbMediaId");
  } else {
    requireField(root, "Music/ThumbMediaId", findings);
    checkFile("thumb", "Music/ThumbMediaId", root, answered, findings);
  }
}

function checkTransfer(_root: AnswerElement, { fields }: Answered, findings: Findings): void {
  if (fields.MsgType !== "event") return;
  findings.add("TRANSFER-FOR-EVENT", "An event cannot be transferred to customer service");
}

/** How many articles WeChat shows in answer to this. */
export function articleLimit(fields: Description): number {
  return fields.MsgType === "event" ? ARTICLE_LIMITS.event : ARTICLE_LIMITS.message;
}

export function articlesOf(root: AnswerElement): readonly AnswerElement[] {
  return elementAt(root, "Articles")?.children.filter(({ name }) => name === "item") ?? [];
}

/** Whether what was answered is this event; names of events are compared without case. */
export function isEvent({ fields }: Pick<Answered, "fields">, name: string): boolean {
  return fields.MsgType === "event" && String(fields["Event"]).toLowerCase() === name;
}

function descendants(element: AnswerElement): AnswerElement[] {
  return element.children.flatMap((child) => [child, ...descendants(child)]);
}
