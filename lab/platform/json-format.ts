/**
 * The other format of the platform, 数据格式 JSON: how a message and its envelope are written, and how
 * an answer is read. It is read into the same elements as XML, so that a reply is judged by one set of
 * rules: an array becomes an element with an `item` for each of its values.
 *
 * @module
 */
import type { AnswerElement } from "./answer-reader.ts";
import { BARE_IF_DIGITS } from "./identifiers.ts";
import { isRecord } from "./lab-input.ts";
import type { FieldInput } from "./types.ts";

/** Writes the fields of a message. */
export function writeJson(fields: Readonly<Record<string, FieldInput>>): string {
  const members = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}:${valueOf(name, value)}`);
  return `{${members.join(",")}}`;
}

function valueOf(name: string, value: FieldInput): string {
  if (Array.isArray(value)) return `[${value.map((item: FieldInput) => valueOf(name, item)).join(",")}]`;
  if (isRecord(value)) return writeJson(value as Readonly<Record<string, FieldInput>>);
  if (typeof value !== "string") return String(value);
  return BARE_IF_DIGITS.has(name) && /^[1-9]\d*$/.test(value) ? value : JSON.stringify(value);
}

/** Adds a member to an object. */
export function withMember(json: string, name: string, value: string): string {
  const members = json.trimEnd().slice(0, -1);
  const comma = members.trim() === "{" ? "" : ",";
  return `${members}${comma}${JSON.stringify(name)}:${JSON.stringify(value)}}`;
}

/**
 * Reads an answer.
 *
 * @returns `undefined` when it is no JSON object
 */
export function readAnswerJson(text: string): AnswerElement | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? elementOf("xml", value) : undefined;
  } catch {
    return undefined;
  }
}

const NOTHING_ODD = { blanksAroundCdata: false, numericReference: false, blanksInTag: false };

function elementOf(name: string, value: unknown): AnswerElement {
  if (Array.isArray(value)) {
    const children = value.map((item: unknown) => elementOf("item", item));
    return { name, children, text: "", ...NOTHING_ODD };
  }
  if (!isRecord(value)) return { name, children: [], text: textOf(value), ...NOTHING_ODD };
  const children = Object.entries(value).map(([key, inner]) => elementOf(key, inner));
  return { name, children, text: "", ...NOTHING_ODD };
}

function textOf(value: unknown): string {
  return value === null ? "" : String(value);
}
