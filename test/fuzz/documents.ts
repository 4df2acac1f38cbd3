/**
 * XML documents that use all that the grammar has: attributes, CDATA, comments, instructions, the
 * declaration, references, names and characters from all of Unicode. Most of them are well formed;
 * what they lack in faults, the mutator gives them.
 *
 * @module
 */
import { payloads } from "../support/payloads.ts";
import type { Random } from "../support/random.ts";
import { mutate, XML_FRAGMENTS } from "./mutate.ts";

/** What the mutator puts into documents beside `XML_FRAGMENTS`. */
const MARKUP: readonly string[] = [
  ...["<?p?>", "<?p q?>", "<?xml-p?>", "<?XML?>", "<?Xml version='1.0'?>", "<?xmlq?>", "<a:b/>"],
  ...["<?xml version='1.1'?>", "<?xml version='2.0'?>", "<?xml version='1.'?>", "<?xml?>"],
  ...["<?xml version='1.0' encoding='utf-8'?>", " encoding='UTF-8'", " standalone='yes'"],
  ...["<!---->", "<!-->", "<!--->", "<!-- - -->", "<!---", "<!-", "<![", "<![cdata[x]]>"],
  ...["<![CDATA[]]]]>", "]]]>", "]]&gt;", "&#9;", "&#x0a;", "&#xFFFE;", "&#x10FFFF;", "&#x110000;"],
  ...["&#99999999999;", "&#X41;", "&quot;", "&apos;", "&AMP;", "&amp", "& ", "&;", "&#;", "&#x;"],
  ...[' a="1"', " a='1'", ' a="1" a="2"', " a=1", ' a = "1"', 'b="<"', 'b="&lt;"', 'b=">"'],
  ...["\u0085", "\u2028", "\u00a0", "\u00d7", "\u00b7", "\u0300", "\u203f", "xmlns=''"],
  ...["\u{effff}", "\u{f0000}"],
  ...["-", ".", "0", ":", "_", "\r", "\uFFFF", "\u007f", "\u009f", "<a/>", "<é/>", "<中></中>"],
];

export const MARKUP_FRAGMENTS: readonly string[] = [...XML_FRAGMENTS, ...MARKUP];

/** Starts and insides of names: the ends of the ranges of §2.3, and what lies beyond them. */
const NAME_CHARACTERS: readonly string[] = [
  ..."abcZ_:-.09\u00b7\u00c0\u00d6\u00d7\u00d8\u00f6\u00f7\u00f8\u02ff\u0300\u036f\u0370",
  ..."\u037d\u037e",
  ..."\u037f\u1fff\u2000\u200b\u200c\u200d\u200e\u203f\u2040\u2041\u206f\u2070\u218f\u2190\u2bff",
  ..."\u2c00\u2fef\u2ff0\u3000\u3001\u4e2d\ud7ff\uf900\ufdcf\ufdd0\ufdef\ufdf0\ufffd",
  ..."\u{10000}\u{effff}",
];

/** A document, well formed or spoiled. */
export function makeDocument(random: Random): Buffer {
  const document = random.below(3) === 0 ? random.pick(payloads).bytes : grown(random);
  if (random.below(3) === 0) return Buffer.from(document);
  return mutate(document, random, MARKUP_FRAGMENTS, () => random.pick(payloads).bytes);
}

function grown(random: Random): Buffer {
  const declaration = random.below(3) === 0 ? aDeclaration(random) : "";
  const mark = random.below(10) === 0 ? "\uFEFF" : "";
  const root = element(random, 0);
  return Buffer.from(mark + declaration + aside(random) + root + aside(random));
}

function aDeclaration(random: Random): string {
  const quote = random.pick(["'", '"']);
  const version = random.pick(["1.0", "1.0", "1.1", "1.9"]);
  const encoding = random.pick(["", "", " encoding='UTF-8'", ' encoding="utf-8"']);
  const standalone = random.pick(["", "", " standalone='yes'", " standalone = 'no'"]);
  return `<?xml version=${quote}${version}${quote}${encoding}${standalone}${space(random)}?>`;
}

function aside(random: Random): string {
  return random.below(3) === 0 ? random.pick([" ", "\n", "\r\n\t", comment(random), "<?p?>"]) : "";
}

function element(random: Random, depth: number): string {
  const name = aName(random);
  const head = `${name}${attributes(random)}${space(random)}`;
  if (random.below(5) === 0) return `<${head}/>`;
  let inside = "";
  const parts = random.below(depth > 3 ? 2 : 5);
  for (let part = 0; part < parts; part += 1) inside += content(random, depth + 1);
  return `<${head}>${inside}</${name}${space(random)}>`;
}

function content(random: Random, depth: number): string {
  switch (random.below(7)) {
    case 0:
      return `<![CDATA[${characters(random, '<>&"\'] -?')}]]>`;
    case 1:
      return comment(random);
    case 2:
      return `<?${aName(random)} ${characters(random, "<>&-]")}?>`;
    case 3:
      return random.pick(["&amp;", "&#20320;", "&#x4f60;", "&lt;", "&#13;", "&#x9;"]);
    case 4:
      return characters(random, ">\"'] ");
    default:
      return element(random, depth);
  }
}

function comment(random: Random): string {
  return `<!--${characters(random, "<>&]?")} -->`;
}

function attributes(random: Random): string {
  let text = "";
  const count = random.below(3);
  for (let index = 0; index < count; index += 1) {
    const quote = random.pick(["'", '"']);
    const value = characters(random, ">] \n\t");
    const equals = random.pick(["=", " =", "= ", "\n=\t"]);
    const before = random.pick([" ", "\n", "\t "]);
    // The index makes the names differ.
    text += `${before}${aName(random)}${index}${equals}${quote}${value}${quote}`;
  }
  return text;
}

function aName(random: Random): string {
  let name = random.pick(["a", "xml", "中", "_", "é", "item", random.pick(NAME_CHARACTERS)]);
  const more = random.below(4);
  for (let index = 0; index < more; index += 1) name += random.pick(NAME_CHARACTERS);
  return name;
}

function characters(random: Random, markup: string): string {
  let text = "";
  const count = random.below(6);
  for (let index = 0; index < count; index += 1) {
    const from = random.below(3) === 0 ? markup : "abc 中😀\u0085\n\r\t";
    text += random.pick([...from]);
  }
  return text;
}

function space(random: Random): string {
  return random.below(5) === 0 ? random.pick([" ", "\n", "\t", "\r\n"]) : "";
}
