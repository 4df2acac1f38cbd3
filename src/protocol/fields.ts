/**
 * From elements to fields: `<ScanCodeInfo><ScanType>qrcode</ScanType></ScanCodeInfo>` becomes
 * `{ ScanCodeInfo: { ScanType: "qrcode" } }`.
 *
 * Every leaf is the text of the wire, nothing is converted: ids have 64 bits, which a number cannot hold, and
 * without a conversion nothing is lost. Three rules:
 *
 * - The first of repeated fields wins. A later one may come from a follower's text, and must not replace, say,
 *   `FromUserName`.
 * - An element that the tables mark as repeated is always a list, also with one entry or none.
 * - A field of the tables that is missing in the message is looked up under its other spellings, and is
 *   otherwise empty; a field that the tables do not know is kept.
 *
 * @module
 */
import type { XmlElement } from "./xml.ts";

/** A value of a field that no table describes. */
export type FieldValue = string | Fields | FieldValue[];

/** Fields by their names on the wire. */
export interface Fields {
  [name: string]: FieldValue | undefined;
}

/**
 * How the tables describe the fields of an element: the names of its texts, with spaces between them; or
 * these as `texts`, and its elements with fields of their own. A text that may be missing has a `?`.
 */
export type Shape = string | { readonly [element: string]: Nested };

/** A list has the shape of its items, or none where they are texts. */
type Nested = Shape | readonly [] | readonly [Shape];

/** `"A" | "B?"` of `"A B?"`. */
type Words<S> = S extends `${infer First} ${infer Rest}` ? First | Words<Rest> : S & string;

type TextsOf<S> = S extends string ? Words<S> : S extends { readonly texts: infer Names } ? Words<Names> : never;

type Always<Word> = Word extends "" | `${string}?` ? never : Word & string;

type Optional<Word> = Word extends `${infer Name}?` ? Name : never;

type ElementsOf<S> = S extends string ? never : Exclude<keyof S, "texts">;

type ValueOf<S> = S extends readonly []
  ? string[]
  : S extends readonly [infer Item]
    ? FieldsOf<Item>[]
    : FieldsOf<S>;

/** The type of the fields that a shape describes. */
export type FieldsOf<S> = { [K in Always<TextsOf<S>>]: string } & {
  [K in Optional<TextsOf<S>>]?: string;
} & { -readonly [K in ElementsOf<S>]: ValueOf<S[K & keyof S]> };

/** A shape made ready for look-ups. */
export interface CompiledShape {
  /** A `Map`, in which `__proto__` is a name like every other. */
  readonly fields: ReadonlyMap<string, CompiledField>;
  /** Those that must be there, or may be there under another name. */
  readonly due: readonly (readonly [name: string, field: CompiledField])[];
}

interface CompiledField {
  readonly role: "always" | "optional" | "nested" | "list";
  /** For a list, the shape of an item; `undefined` when items are text. */
  readonly shape: CompiledShape | undefined;
}

/** Names whose spelling differs between documents, samples and real traffic. */
const OTHER_SPELLINGS: ReadonlyMap<string, readonly string[]> = new Map([
  ["MsgId", ["MsgID"]],
  ["MsgID", ["MsgId"]],
  ["MenuId", ["MenuID"]],
  ["OpenID", ["openid", "OpenId"]],
  ["AppID", ["appid", "AppId"]],
  ["UnionID", ["unionid", "UnionId"]],
  ["Recognition", ["Recongnition"]],
  // The document of early 2021 printed the wrapper of another event here.
  ["SubscribeMsgChangeEvent", ["SubscribeMsgPopupEvent"]],
]);

/** @param common names of texts that come always, before those of the shape */
export function compileShape(shape: Shape, common: readonly string[] = []): CompiledShape {
  const { texts = "", ...elements } = typeof shape === "string" ? { texts: shape } : shape;
  const fields = new Map<string, CompiledField>();
  for (const word of [...common, ...String(texts).split(" ")]) {
    const role = word.endsWith("?") ? "optional" : "always";
    if (word !== "") fields.set(word.replace("?", ""), { role, shape: undefined });
  }
  for (const [name, element] of Object.entries(elements)) {
    const item = isList(element) ? element[0] : element;
    const role = isList(element) ? "list" : "nested";
    fields.set(name, { role, shape: item === undefined ? undefined : compileShape(item) });
  }
  const due = [...fields].filter(
    ([name, { role }]) => role !== "optional" || OTHER_SPELLINGS.has(name),
  );
  return { fields, due };
}

function isList(element: Nested): element is readonly [] | readonly [Shape] {
  return Array.isArray(element);
}

/** Elements that are lists wherever they stand, also in structures that no table knows. */
const ALWAYS_LISTS: ReadonlySet<string> = new Set(["item", "List"]);

/**
 * Fields are objects without a prototype, so that no name on the wire can meet one of
 * `Object.prototype`. A constructor whose prototype is such an object makes them as fast as
 * ordinary objects; `Object.create(null)` makes them slow.
 */
const EmptyFields = /* @__PURE__ */ makeEmptyFields();

function makeEmptyFields(): new () => Fields {
  const constructor = function () {};
  constructor.prototype = Object.create(null);
  return constructor as unknown as new () => Fields;
}

/**
 * Reads the children of an element.
 *
 * @param first a name that comes before all others, still without a value
 */
export function readFields(element: XmlElement, shape: CompiledShape, first?: string): Fields {
  const fields: Fields = new EmptyFields();
  if (first !== undefined) fields[first] = undefined;
  for (const child of element.children) readField(fields, child.name, child, shape);
  for (const [name, field] of shape.due) {
    if (fields[name] === undefined) complete(element, fields, name, field);
  }
  return fields;
}

function readField(fields: Fields, name: string, element: XmlElement, shape: CompiledShape): void {
  const field = shape.fields.get(name);
  if (element.isArray === true && field?.shape?.fields.has("item") !== true) {
    for (const value of element.children) readField(fields, name, value, shape);
  } else if (field === undefined) {
    const value = element.children.length === 0 ? element.text : readFields(element, NO_SHAPE);
    keepAll(fields, name, value, ALWAYS_LISTS.has(name));
  } else if (field.role === "list") {
    keepAll(fields, name, readItem(element, field.shape), true);
  } else if (fields[name] === undefined) {
    fields[name] = readItem(element, field.shape);
  }
}

function readItem(element: XmlElement, shape: CompiledShape | undefined): FieldValue {
  return shape === undefined ? element.text : readFields(element, shape);
}

/** Fills a field that did not come by its own name. */
function complete(element: XmlElement, fields: Fields, name: string, field: CompiledField): void {
  const other = OTHER_SPELLINGS.get(name);
  const found = other && element.children.find((child) => other.includes(child.name));
  if (found !== undefined) {
    fields[name] = readItem(found, field.shape);
  } else if (field.role === "always") {
    fields[name] = "";
  } else if (field.role === "list") {
    fields[name] = [];
  } else if (field.shape !== undefined) {
    fields[name] = readFields({ name, children: unwrapped(element, field.shape), text: "" }, field.shape);
  }
}

/** In the JSON of mini programs the list has no element around it as in XML. */
function unwrapped(element: XmlElement, shape: CompiledShape): readonly XmlElement[] {
  return shape.fields.has("List") ? element.children.filter(({ name }) => name === "List") : [];
}

const NO_SHAPE: CompiledShape = { fields: new Map(), due: [] };

/** What is not a list becomes one when it repeats. */
function keepAll(fields: Fields, name: string, value: FieldValue, isList: boolean): void {
  const before = fields[name];
  if (before === undefined) fields[name] = isList ? [value] : value;
  else if (Array.isArray(before)) before.push(value);
  else fields[name] = [before, value];
}
