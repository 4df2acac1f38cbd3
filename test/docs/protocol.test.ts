/** docs/protocol.md tells the protocol in two languages; all that it shows is so. */
import assert from "node:assert/strict";
import { createDecipheriv, createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { wireOpenReply } from "../support/wire.ts";
import {
  demonstrationsOf,
  readRequest,
  run,
  twelveSeconds,
  vectorFor,
  VECTORS,
  withoutTools,
} from "./demonstrations.ts";
import { codeIn, readDocument, readText, ROOT, tableUnder, tableWith } from "./markdown.ts";
import type { Document } from "./markdown.ts";

const ENGLISH: Document = readDocument("docs/protocol.md");
const CHINESE: Document = readDocument("docs/protocol.zh-CN.md");
const DOCUMENTS = { "docs/protocol.md": ENGLISH, "docs/protocol.zh-CN.md": CHINESE };
const PAYLOADS = join(ROOT, "test/fixtures/payloads");

/** The sections of a chapter, in their order. */
const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  "docs/protocol.md": ["Rule", "Why", "Example", "In the source", "Mistakes"],
  "docs/protocol.zh-CN.md": ["规则", "为什么", "例子", "在源码里", "常见错误"],
};

/** The heads of the table of official pages. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  "docs/protocol.md": ["Name", "Page"],
  "docs/protocol.zh-CN.md": ["简称", "页面"],
};

/** The column that marks a rule, and the marks. WeChat's is the first. */
const WHOSE: Readonly<Record<string, readonly string[]>> = {
  "docs/protocol.md": ["Whose", "WeChat", "ours", "advice"],
  "docs/protocol.zh-CN.md": ["谁定的", "微信", "我们", "建议"],
};

const HASH = /\b[0-9a-f]{40}\b/g;

function sha1(...strings: readonly string[]): string {
  return createHash("sha1").update([...strings].sort().join("")).digest("hex");
}

/** The signatures that the known answers have, or would have, made here and now. */
const SIGNATURES: ReadonlySet<string> = new Set(
  VECTORS.flatMap(({ token, timestamp, nonce, encrypt }) => [
    sha1(token, timestamp, nonce),
    ...(encrypt === undefined ? [] : [sha1(token, timestamp, nonce, encrypt)]),
  ]),
);

describe("The protocol in English and in Chinese", () => {
  test("has the same headings, level by level", () => {
    const levels = ({ headings }: Document): string[] =>
      headings.map((heading) => /^#+ (?:\d+\. )?/.exec(heading)?.[0] ?? "");
    assert.deepEqual(levels(CHINESE), levels(ENGLISH));
  });

  test("has the same blocks, letter by letter", () => {
    assert.deepEqual(CHINESE.blocks, ENGLISH.blocks);
  });

  test("has the same tables, in size and in the code of each cell", () => {
    const shape = ({ tables }: Document): string[][][][] =>
      tables.map((rows) => rows.map((cells) => cells.map((cell) => codeIn(cell).sort())));
    assert.deepEqual(shape(CHINESE), shape(ENGLISH));
  });

  test("names the same code in its prose", () => {
    const names = ({ prose }: Document): string[] => [...new Set(codeIn(prose))].sort();
    assert.deepEqual(names(CHINESE), names(ENGLISH));
  });

  test("links to the same places, and to each other", () => {
    const places = ({ links }: Document): string[] =>
      links
        .filter((link) => !/^(?:protocol|#)/.test(link))
        .map((link) => link.replace(".zh-CN.", "."))
        .sort();
    assert.deepEqual(places(CHINESE), places(ENGLISH));
    assert.ok(ENGLISH.links.includes("protocol.zh-CN.md"));
    assert.ok(CHINESE.links.includes("protocol.md"));
  });
});

for (const [name, document] of Object.entries(DOCUMENTS)) {
  describe(`In ${name}`, () => {
    test("each chapter has the rule, the reason, an example, the source, the mistakes", () => {
      const chapters = document.text.split(/^## /m).filter((chapter) => /^\d+\. /.test(chapter));
      assert.equal(chapters.length, 12);
      for (const chapter of chapters) {
        const sections = [...chapter.matchAll(/^### (.+)$/gm)].map(([, title]) => title);
        assert.deepEqual(sections, SECTIONS[name], chapter.slice(0, 40));
      }
    });

    test("each chapter begins with its rules, and says whose each is and where it stands", () => {
      const names = new Set(tableUnder(document, ...SOURCES[name] ?? []).map(([short]) => short));
      const rules = document.tables.filter(([head]) => head?.[1] === WHOSE[name]?.[0]);
      assert.equal(rules.length, 12);
      for (const [rule = "", whose = "", source = ""] of rules.flatMap((table) => table.slice(1))) {
        assert.ok(WHOSE[name]?.slice(1).includes(whose), `${rule}: ${whose}`);
        for (const short of source.match(/\b[A-Z]{2,}\b/g) ?? []) {
          assert.ok(names.has(short) || short === "XML", short);
        }
        if (whose === WHOSE[name]?.[1]) assert.notEqual(source, "", rule);
      }
    });

    test("every link inside the document and the project leads somewhere", () => {
      const anchors = document.headings.map(anchorOf);
      for (const link of document.links) {
        if (/^[a-z]+:/.test(link)) continue;
        if (link.startsWith("#")) assert.ok(anchors.includes(link), link);
        else assert.ok(existsSync(join(ROOT, dirname(name), link.replace(/#.*/, ""))), link);
      }
    });

    test("every hash is what node:crypto makes of a known answer, or wrong on purpose", () => {
      const made = new Set([
        ...SIGNATURES,
        createHash("sha1").update("AAAAA4864526561714037059").digest("hex"),
        ...sealedAnswers(document).map(({ id, xml }) => replySignature(vectorOf(id), xml)),
        ...madeSignatures(document),
      ]);
      const hashes = document.text.match(HASH) ?? [];
      assert.ok(hashes.length > 8, `only ${hashes.length} found`);
      const strange = hashes.filter((hash) => !made.has(hash));
      // The forged handshake: the official signature with its first digit changed.
      assert.deepEqual(strange.map((hash) => made.has(`f${hash.slice(1)}`)), [true]);
    });

    for (const [index, { block, shown }] of demonstrationsOf(document.blocks).entries()) {
      if (shown === undefined) continue;
      const title = `${index + 1} (${block.code.slice(0, 60).split("\n", 1)[0]})`;
      const skip = withoutTools(block);
      test(`what stands under block ${title} is what it shows`, { skip }, async (context) => {
        assert.equal(await run(context, block), shown.code);
      });
    }

    test("the drawing of the five seconds is what our engine does", async () => {
      const blocks = demonstrationsOf(document.blocks).map(({ block }) => block);
      const alone = blocks.filter(({ language }) => language === "text");
      assert.deepEqual(alone.map(({ code }) => code), [await twelveSeconds()]);
    });
  });
}

describe("The values of the examples come from outside", () => {
  const requests = ENGLISH.blocks
    .filter(({ code }) => / HTTP\/1\.1\n/.test(code))
    .map(({ code }) => readRequest(code));

  test("bodies are payloads, byte for byte", () => {
    const known = new Set(readdirSync(PAYLOADS).map((file) => readPayload(file)));
    const bodies = [
      ...ENGLISH.blocks.filter(({ language }) => language === "xml").map(({ code }) => code.trim()),
      ...requests.flatMap(({ body }) => (body === undefined ? [] : [String(body)])),
    ];
    // One body is made by a command that stands above it, which is run.
    const printed = new Set(ENGLISH.blocks.flatMap(({ code }) => code.split("\n")));
    const foreign = bodies.filter((body) => !known.has(body));
    assert.equal(bodies.length - foreign.length, 7);
    assert.equal(foreign.length, 1);
    for (const body of foreign) assert.ok(printed.has(body), body);
  });

  test("requests have the token, the time and the signatures of a known answer", () => {
    assert.equal(requests.length, 6);
    for (const { query, body } of requests) {
      const { token, timestamp, nonce } = vectorFor(query);
      const encrypt = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(String(body))?.[1];
      assert.equal(query.get("nonce"), nonce);
      const isForged = query.get("signature")?.startsWith("e464") === true;
      assert.equal(query.get("signature") === sha1(token, timestamp, nonce), !isForged);
      const bound = encrypt === undefined ? null : sha1(token, timestamp, nonce, encrypt);
      assert.equal(query.get("msg_signature"), bound);
    }
  });

  test("the sealed answers can be opened by a reader of its own", () => {
    const answers = sealedAnswers(ENGLISH);
    assert.deepEqual(answers.map(({ id }) => id), SEALED);
    for (const { id, xml: sealed } of answers) {
      const { token, encodingAESKey = "", appid = "" } = vectorOf(id);
      const { xml, appId } = wireOpenReply(sealed, { token, encodingAesKey: encodingAESKey });
      assert.equal(appId, appid);
      assert.match(xml, /^<xml><ToUserName><!\[CDATA\[o[\w-]{27}\]\]>.*测试/);
    }
  });

  test("the table of the push has every byte of the frame that the command prints", () => {
    const printed = ENGLISH.blocks.find(({ code }) => code.startsWith("0000000 61") && code.includes("<xml>"));
    const lines = printed?.code.match(/^\d{7} .*$/gm) ?? [];
    const frame = Buffer.from(lines.map((line) => line.slice(8)).join("").replaceAll(" ", ""), "hex");
    const [, ...rows] = tableWith(ENGLISH, "`293`");
    let at = 0;
    for (const [offset = "", length = "", what = ""] of rows) {
      assert.deepEqual(codeIn(offset), [String(at)]);
      const [code = ""] = codeIn(what);
      const isHex = /^(?:[0-9a-f]{2} )+[0-9a-f]{2}$/.test(code);
      const part = Buffer.from(isHex ? code.replaceAll(" ", "") : code, isHex ? "hex" : "utf8");
      assert.equal(part.length, Number(length));
      assert.deepEqual(part, frame.subarray(at, at + part.length));
      at += part.length;
    }
    assert.equal(at, frame.length);
  });

  test("the settings of the encrypted accounts are printed, in both languages", () => {
    for (const { prose } of Object.values(DOCUMENTS)) {
      for (const id of [...SEALED, "easywechat-in"]) {
        const vector = VECTORS.find((each) => each.id === id);
        const values = [vector?.token, vector?.encodingAESKey, vector?.appid];
        for (const value of values) assert.ok(codeIn(prose).includes(value ?? ""), `${id}: ${value}`);
      }
    }
  });

  test("the table of the frame has every byte that the known answer has", () => {
    const vector = VECTORS.find(({ id }) => id === "official-java-test-encrypt-1");
    const key = Buffer.from(`${vector?.encodingAESKey}=`, "base64");
    const decipher = createDecipheriv("aes-256-cbc", key, key.subarray(0, 16));
    const encrypted = Buffer.from(vector?.encrypt ?? "", "base64");
    const frame = decipher.setAutoPadding(false).update(encrypted);
    const [, ...rows] = tableWith(ENGLISH, "`57`");
    let at = 0;
    for (const [offset = "", bytes = ""] of rows) {
      assert.deepEqual(codeIn(offset), [String(at)]);
      const part = Buffer.from(codeIn(bytes).join("").replaceAll(" ", ""), "hex");
      assert.deepEqual(part, frame.subarray(at, at + part.length));
      at += part.length;
    }
    assert.equal(at, frame.length);
  });
});

test("docs/protocol.md serves every language: none of its programs imports ours", () => {
  for (const { language, code } of ENGLISH.blocks) {
    assert.ok(["sh", "text", "http", "xml", "py", "console"].includes(language), code);
    assert.doesNotMatch(code, /\.\/src/);
  }
});

/** `## 9. Safe mode, byte by byte` is `#9-safe-mode-byte-by-byte`. */
function anchorOf(heading: string): string {
  const words = heading.replace(/^#+ /, "").toLowerCase();
  return `#${words.replace(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-")}`;
}

function readPayload(file: string): string {
  return readFileSync(join(PAYLOADS, file), "utf8").replace(/^\uFEFF/, "").trimEnd();
}

/** The accounts of the sealed answers, in their order. */
const SEALED: readonly string[] = ["official-java-test-encrypt-1", "senparc-compat-in"];

function sealedAnswers({ blocks }: Document): { readonly id: string; readonly xml: string }[] {
  const sealed = blocks.filter(({ code }) => /^HTTP\/1\.1 200 OK\n[^]*<Encrypt>/.test(code));
  return sealed.map(({ code }, index) => ({
    id: SEALED[index] ?? "",
    xml: code.split("\n\n")[1]?.trimEnd() ?? "",
  }));
}

function vectorOf(wanted: string): (typeof VECTORS)[number] {
  const found = VECTORS.find(({ id }) => id === wanted);
  if (found === undefined) throw new Error(`The known answer ${wanted} is missing`);
  return found;
}

/** The signature that a sealed text must have. */
function replySignature({ token }: { readonly token: string }, xml: string): string {
  const part = (name: string): string =>
    new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^<\\]]*)`).exec(xml)?.[1] ?? "";
  return sha1(token, part("TimeStamp"), part("Nonce"), part("Encrypt"));
}

/** The signatures of the push that a command of the document makes. */
function madeSignatures({ blocks }: Document): string[] {
  const { token, timestamp, nonce } = vectorOf("official-java-test-encrypt-1");
  const request = blocks.find(({ code }) => code.startsWith("POST") && code.includes(timestamp));
  const encrypt = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(request?.code ?? "")?.[1] ?? "";
  return [sha1(token, timestamp, nonce), sha1(token, timestamp, nonce, encrypt)];
}

test("Every place in the documents was filled in", () => {
  for (const name of Object.keys(DOCUMENTS)) assert.doesNotMatch(readText(name), /^OUT$|TODO/m);
});
