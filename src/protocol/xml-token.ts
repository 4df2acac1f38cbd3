/**
 * What the tokenizer cuts a document into.
 *
 * @module
 */

/** What a token is. `start` is `<a>`, `empty` is `<a/>`, `end` is `</a>`. */
export type XmlTokenType =
  | "declaration"
  | "start"
  | "empty"
  | "end"
  | "text"
  | "cdata"
  | "comment"
  | "instruction";

/** An attribute, its value with references resolved and line ends made spaces. */
export interface XmlAttribute {
  readonly name: string;
  readonly value: string;
}
