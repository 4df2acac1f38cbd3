// The parsers under test, each with the options under which it keeps what a message holds, and with
// a look into its result that proves that it read the message.

import { parseXml as parseWithParseXml } from "@rgrove/parse-xml";
import { XMLParser } from "fast-xml-parser";
import { DomUtils, parseDocument } from "htmlparser2";
import { SaxesParser } from "saxes";
import * as txml from "txml";
import xml2js from "xml2js";

/** saxes reports events; a message needs a tree, so the smallest one is built. */
function parseWithSaxes(xml) {
  const root = { name: "", children: [], text: "" };
  const open = [root];
  const addText = (text) => {
    open[open.length - 1].text += text;
  };
  const parser = new SaxesParser();
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes, children: [], text: "" };
    open[open.length - 1].children.push(element);
    open.push(element);
  });
  parser.on("closetag", () => open.pop());
  parser.on("text", addText);
  parser.on("cdata", addText);
  // Without a handler it goes on after an error.
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(xml).close();
  return root.children[0];
}

// Values stay strings: a MsgId does not fit into a number.
const fastXmlParser = new XMLParser({ parseTagValue: false, ignoreAttributes: false });

function parseWithXml2js(xml) {
  let result;
  // It calls back before it returns; `trim` is what `wechat` sets.
  xml2js.parseString(xml, { trim: true }, (error, parsed) => {
    if (error) throw error;
    result = parsed;
  });
  return result;
}

const named = (children, name) => children?.find((child) => child.name === name);

/** Ours first: the others are measured against it. */
export function listParsers({ parseXml, parseMessage }) {
  return [
    {
      name: "echostr parseXml",
      parse: (xml) => parseXml(xml),
      content: (root) => named(root.children, "Content")?.text,
    },
    {
      name: "echostr parseMessage",
      parse: (xml) => parseMessage(xml),
      content: (message) => message.Content,
    },
    {
      name: "txml",
      parse: (xml) => txml.parse(xml),
      content: ([root]) => root.children.find((child) => child.tagName === "Content")?.children[0],
    },
    {
      name: "htmlparser2",
      parse: (xml) => parseDocument(xml, { xmlMode: true }),
      content: ({ children: [root] }) =>
        DomUtils.textContent(named(root.children, "Content") ?? []),
    },
    {
      name: "saxes",
      parse: parseWithSaxes,
      content: (root) => named(root.children, "Content")?.text,
    },
    {
      name: "@rgrove/parse-xml",
      parse: (xml) => parseWithParseXml(xml),
      content: (document) => named(document.root.children, "Content")?.text,
    },
    {
      name: "fast-xml-parser",
      parse: (xml) => fastXmlParser.parse(xml),
      content: (document) => document.xml.Content,
    },
    {
      name: "xml2js",
      parse: parseWithXml2js,
      content: (document) => document.xml.Content[0],
    },
  ];
}
