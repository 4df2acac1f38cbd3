/**
 * The XML reader against an independent one, `xmllint`: for every document without a document type
 * both say yes or both say no. Where they may differ stands in `DIFFERENCES`, each with its reason,
 * and the two lenient rules are checked by taking them back: the strict form must be accepted.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { XmlTokenizer } from "../../src/protocol/xml.ts";
import { makeDocument } from "./documents.ts";
import { aReply } from "./reply.ts";
import { randomOf } from "./target.ts";
import { isFailure } from "../support/expect.ts";
import { payloads } from "../support/payloads.ts";
import { echostr } from "../support/subject.ts";
import { withoutXmllint, xmllint } from "../support/xmllint.ts";

const SEED = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const DOCUMENTS = Number(process.env["FUZZ_RUNS"] ?? 5_000);

const skip = withoutXmllint();

/** What we refuse and xmllint reads, and why that is right. */
interface Difference {
  readonly reason: string;
  readonly holds: (document: Buffer, code: string, problem: string) => boolean;
  readonly example: string | Buffer;
}

const DIFFERENCES: readonly Difference[] = [
  {
    reason: "a document type is refused by us, for it could declare entities",
    holds: (document, code) => code === "XML_DOCTYPE" && document.includes("<!DOCTYPE"),
    example: "<!DOCTYPE a><a/>",
  },
  {
    reason: "our limits of depth and number are no matter of being well formed",
    holds: (_document, code) => code === "XML_LIMIT",
    example: `${"<a>".repeat(40)}${"</a>".repeat(40)}`,
  },
  {
    reason: "we read UTF-8 only, xmllint whatever encoding the declaration names",
    holds: (document, code, problem) =>
      code === "XML_INVALID" &&
      problem.startsWith("Encoding must be UTF-8") &&
      /^(\ufeff)?<\?xml[^>]*encoding/.test(document.toString()),
    example: "<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
  },
  {
    reason: "we read UTF-8 only, xmllint takes UTF-16 by its first bytes",
    holds: (document, code) =>
      code === "UTF8_INVALID" && ["fffe", "feff"].includes(document.toString("hex", 0, 2)),
    example: Buffer.from("\ufeff<a/>", "utf16le"),
  },
  {
    reason: "XML demands a digit behind the dot of a version, xmllint only warns",
    holds: (document, code, problem) =>
      code === "XML_INVALID" &&
      problem.startsWith("XML declaration is malformed") &&
      /^(\ufeff)?<\?xml\s+version\s*=\s*(["'])1\.\2/.test(document.toString()),
    example: "<?xml version='1.'?><a/>",
  },
  {
    reason: "XML demands white space before standalone, xmllint does so behind a version and not behind an encoding",
    holds: (document, code, problem) =>
      code === "XML_INVALID" &&
      problem.startsWith("XML declaration is malformed") &&
      /^(\ufeff)?<\?xml[^>]*\sencoding\s*=\s*(["'])[\w.-]+\2standalone\b/.test(document.toString()),
    example: "<?xml version='1.0' encoding='utf-8'standalone='no'?><a/>",
  },
  {
    reason: "xmllint takes a NUL behind the root for the end of the document",
    holds: (document, code) => {
      const end = document.indexOf(0);
      if (end < 1 || !/^(XML|UTF8)_INVALID$/.test(code)) return false;
      return ours(document.subarray(0, end)) === undefined;
    },
    example: "<a/>\0",
  },
];

/** The code and the message that we refuse a document with; `undefined` when it is read. */
function ours(document: Uint8Array): { code: string; message: string } | undefined {
  try {
    echostr.parseXml(document);
    return undefined;
  } catch (error) {
    assert.ok(isFailure(error), String(error));
    return error;
  }
}

/**
 * The document without what only the lenient rules allow: control characters in text and CDATA, and
 * `]]>` in text. (And, since us-ascii is a part of UTF-8, we read the one where the other is
 * declared. And xmllint, which knows of namespaces, loses its way in a name such as `a:b:0`, where
 * no name could begin behind the second colon: a colon becomes a letter.)
 */
function strictForm(document: Buffer): string {
  const tokens = new XmlTokenizer(document.toString("utf8"));
  let strict = tokens.source.startsWith("\ufeff") ? "\ufeff" : "";
  while (tokens.next()) {
    const { type } = tokens;
    let piece = tokens.source.slice(tokens.start, tokens.end);
    if (type === "declaration") piece = piece.replace(/(["'])us-ascii\1/i, "'UTF-8'");
    if (type === "text" || type === "cdata") piece = piece.replace(/[\0-\x08\v\f\x0e-\x1f]/g, "?");
    if (type === "text") piece = piece.replaceAll("]]>", "]]&gt;");
    if (/^(?:start|empty|end)$/.test(type)) piece = piece.replaceAll(":", "Ω");
    strict += piece;
  }
  return strict;
}

/** What speaks against a document: nothing, when both agree or may differ. */
function disagreement(document: Buffer, verdict: string | undefined): string | undefined {
  const refusal = ours(document);
  if ((refusal === undefined) === (verdict === undefined)) return undefined;
  const shown = JSON.stringify(document.toString()).slice(0, 400);
  if (refusal !== undefined) {
    const { code, message } = refusal;
    if (DIFFERENCES.some(({ holds }) => holds(document, code, message))) return undefined;
    return `xmllint reads what we refuse (${code} ${message.split("\n")[0]}): ${shown}`;
  }
  const strict = strictForm(document);
  const [left] = strict === document.toString() ? [verdict] : xmllint([Buffer.from(strict)]);
  return left === undefined ? undefined : `we read what xmllint refuses (${left}): ${shown}`;
}

describe("xmllint and the reader", { skip }, () => {
  it("agree about every body that WeChat has sent", () => {
    const documents = payloads.map(({ bytes }) => bytes);
    const verdicts = xmllint(documents);
    const found = documents.flatMap((each, index) => disagreement(each, verdicts[index]) ?? []);
    assert.deepEqual(found, []);
  });

  it(`agree about ${DOCUMENTS} documents, well formed and spoiled (FUZZ_SEED=${SEED})`, () => {
    const documents = Array.from({ length: DOCUMENTS }, (_none, run) =>
      makeDocument(randomOf(SEED, run)),
    );
    const verdicts = xmllint(documents);
    const found = documents.flatMap((each, index) => disagreement(each, verdicts[index]) ?? []);
    assert.deepEqual(found.slice(0, 10), [], `of ${found.length}`);
    const accepted = verdicts.filter((verdict) => verdict === undefined).length;
    // Both answers have to come often, else the documents teach nothing.
    const share = accepted / Math.max(1, DOCUMENTS);
    assert.ok(share > 0.05 && share < 0.8, `${accepted} of ${DOCUMENTS} are well formed`);
  });

  for (const { reason, example, holds } of DIFFERENCES) {
    it(`differ: ${reason}`, () => {
      const document = Buffer.from(example);
      assert.deepEqual(xmllint([document]), [undefined], "xmllint reads it");
      const refusal = ours(document);
      assert.ok(refusal !== undefined && holds(document, refusal.code, refusal.message));
    });
  }

  it("differ in the two lenient rules and in names of two colons, not elsewhere", () => {
    const documents = [
      ...["<a>\u0001</a>", "<a><![CDATA[\0\u001f]]></a>", "<a>]]></a>", "<a>\0]]>\v</a>"],
      ...["<a b:c:0=''/>", "<a:b:.c x=''/>", "<b:c:0><d/></b:c:0>"],
    ].map((each) => Buffer.from(each));
    for (const [index, verdict] of xmllint(documents).entries()) {
      const document = documents[index] ?? Buffer.of();
      assert.notEqual(verdict, undefined, "xmllint refuses it");
      assert.equal(ours(document), undefined, "we read it");
      assert.equal(disagreement(document, verdict), undefined, "both read its strict form");
    }
    const other = Buffer.from("<a>\u0001</a><b>\u0001</b>");
    assert.match(disagreement(other, undefined) ?? "", /^xmllint reads what we refuse/);
  });

  it("agree that replies are well formed, whatever is in them", () => {
    const envelope = { ToUserName: "o1", FromUserName: "gh_1", CreateTime: 1_714_112_445 };
    const documents = Array.from({ length: 500 }, (_none, run) => aReply(randomOf(SEED, run)))
      .flatMap((reply) => {
        try {
          return [Buffer.from(echostr.formatReply(reply, envelope).xml)];
        } catch {
          return []; // Refused, for it would be empty.
        }
      });
    assert.ok(documents.length > 250, `${documents.length} replies`);
    assert.deepEqual(xmllint(documents).filter((verdict) => verdict !== undefined), []);
  });
});
