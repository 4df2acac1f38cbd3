/** The page's files: what they may not hold, and those of its scripts that need no browser. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { verdictView } from "../../../lab/play/delivery-view.ts";
import { pageFile, pageFiles } from "../../../lab/play/page-files.ts";
import { FINDINGS_ZH } from "../../../lab/chinese/findings.ts";
import { pageScript } from "./stage.ts";

const folder = fileURLToPath(new URL("../../../lab/play/page", import.meta.url));
const files = readdirSync(folder)
  .filter((name) => name !== "tsconfig.json")
  .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
const scripts = files.filter(({ name }) => name.endsWith(".js"));

describe("A file of the page", () => {
  for (const { name, text } of files) {
    test(`${name} keeps the house rules`, () => {
      assert.match(name, /^[a-z-]+\.(?:html|css|js|svg)$/);
      assert.ok(text.split("\n").length <= 301, "at most 300 lines");
      assert.doesNotMatch(text, /\b(?:TODO|FIXME|XXX|HACK)\b/);
      if (/\.(?:js|css)$/.test(name)) assert.match(text, /^\/\*/, "it opens with what it is about");
      // Samples and namespaces aside, no address stands in the page: it calls nobody.
      const addresses = text.match(/https?:\/\/[\w.-]+/g) ?? [];
      const known = [
        "http://www.w3.org",
        "https://example.com",
        "https://mp.weixin.qq.com",
        "http://127.0.0.1",
      ];
      assert.deepEqual(
        addresses.filter((address) => !known.includes(address)),
        [],
      );
    });
  }

  test("makes no HTML of text and sets no style as text", () => {
    const forbidden =
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|\beval\(|new Function|setAttribute\("style"/;
    for (const { name, text } of scripts) assert.doesNotMatch(text, forbidden, name);
    const html = files.find(({ name }) => name === "index.html")?.text ?? "";
    assert.doesNotMatch(html, / style=| on\w+=|<style|<script(?![^>]*src=)/);
  });

  test("imports and links only what is there", () => {
    const names = new Set(files.map(({ name }) => name));
    for (const { name, text } of files) {
      const imported = [...text.matchAll(/^(?:import|export)\s[^;]*?from "\.\/([^"]+)"/gm)];
      const linked = [...text.matchAll(/<(?:link|script)[^>]*(?:href|src)="\/([^"]+)"/g)];
      for (const [, target = ""] of [...imported, ...linked]) {
        assert.ok(names.has(target), `${name} wants ${target}`);
      }
    }
  });

  test("is served with its type, and nothing else of the folder is", () => {
    assert.equal(pageFile("main.js")?.type, "text/javascript; charset=utf-8");
    for (const name of ["tsconfig.json", "../guard.ts", "", "constructor", "missing.js"]) {
      assert.equal(pageFile(name), undefined, name);
    }
    assert.deepEqual(Object.keys(pageFiles()).sort(), files.map(({ name }) => name).sort());
  });

  test("has the types that its comments give it", () => {
    const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));
    execFileSync(process.execPath, [tsc, "-p", folder, "--singleThreaded"], { stdio: "pipe" });
  });
});

type Texts = Record<string, { en: string; zh: string }>;

describe("The page's texts", async () => {
  const { TEXTS } = await pageScript<{ TEXTS: Texts }>("texts.js");
  const inspector = await pageScript<{ INSPECTOR_TEXTS: Texts }>("texts-inspector.js");
  const texts = { ...TEXTS, ...inspector.INSPECTOR_TEXTS };

  test("are there in both languages, with the same values in them", () => {
    const values = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
    for (const [name, { en, zh }] of Object.entries(texts)) {
      assert.ok(en !== "" && zh !== "", name);
      assert.deepEqual(values(en), values(zh), name);
    }
  });

  test("are all used", () => {
    const text = scripts
      .filter(({ name }) => !name.startsWith("texts"))
      .map((file) => file.text)
      .join("\n");
    // Some names are put together: kind.text, token.start, …
    const dynamic =
      /^(?:bot|mode|kind|field|token|frame|attempt|reason|verdict\.sees|transcript|step|again|connection)\./;
    const unused = Object.keys(texts).filter(
      (name) => !dynamic.test(name) && !text.includes(`"${name}"`),
    );
    assert.deepEqual(unused, []);
  });

  test("say of each finding in Chinese what the terminal says", () => {
    for (const [code, chinese] of Object.entries(FINDINGS_ZH)) {
      const finding = { code, severity: "error", message: "seen", fix: "fix" } as const;
      const verdict = { ok: false, shows: { what: "nothing" }, findings: [finding] } as const;
      assert.deepEqual(verdictView(verdict).findings, [{ ...finding, chinese }]);
    }
  });
});

interface Token {
  readonly type: string;
  readonly source: string;
  readonly name: string;
  readonly text: string;
}

describe("The page's reader of XML", async () => {
  const { tokenize, fieldsOf } = await pageScript<{
    tokenize: (xml: string) => Token[];
    fieldsOf: (tokens: Token[]) => { name: string; depth: number; text?: string }[];
  }>("xml.js");

  test("cuts a message into tokens that make the message again", () => {
    const xml =
      '<?xml version="1.0"?><xml><A><![CDATA[1]]></A>\n<B x="1">&lt;2</B><C/><!-- c --></xml>';
    const tokens = tokenize(xml);
    assert.equal(tokens.map(({ source }) => source).join(""), xml);
    assert.deepEqual(
      tokens.map(({ type }) => type),
      [
        "declaration",
        "start",
        "start",
        "cdata",
        "end",
        "text",
        "start",
        "text",
        "end",
        "empty",
        "comment",
        "end",
      ],
    );
  });

  test("loses nothing of what is no XML", () => {
    for (const text of [
      "",
      "<",
      "<<a",
      "success",
      '{"a":1}',
      "<![CDATA[",
      "<a",
      "<a <b>",
      "</",
      "<!DOCTYPE x>",
      "<a b='>'>",
    ]) {
      assert.equal(
        tokenize(text)
          .map(({ source }) => source)
          .join(""),
        text,
      );
      fieldsOf(tokenize(text));
    }
  });

  test("tells the fields with their depth", () => {
    const xml =
      "<xml><A>1</A><P><I><![CDATA[x]]><![CDATA[y]]></I><I> <![CDATA[z]]> </I></P><E/></xml>";
    assert.deepEqual(fieldsOf(tokenize(xml)), [
      { name: "A", depth: 0, text: "1" },
      { name: "P", depth: 0, text: undefined },
      { name: "I", depth: 1, text: "xy" },
      { name: "I", depth: 1, text: "z" },
      { name: "E", depth: 0, text: "" },
    ]);
  });

  test("takes time in proportion to the length, whatever stands in it", () => {
    const start = performance.now();
    for (const piece of ["<", "<![CDATA[", "<a ", "<!--", "]]>", "</a>"])
      tokenize(piece.repeat(20_000));
    assert.ok(performance.now() - start < 4000);
  });
});

describe("The command for a shell", async () => {
  const { curlOf } = await pageScript<{ curlOf: (request: unknown) => string }>("curl.js");
  const run = (body: string): string => {
    const request = {
      method: "POST",
      url: "http://127.0.0.1/wx?a=1&b='2'",
      headers: { "X-A": "it's" },
      body,
    };
    // A shell decides what the words are; this curl tells the body it was given.
    const curl =
      'curl() { for last; do :; done; if [ "$last" = @-  ]; then cat; else printf %s "$last"; fi; }';
    return execFileSync("bash", ["-c", `${curl}\n${curlOf(request)}`], { encoding: "latin1" });
  };

  test("sends the same body, be there quotes, line breaks or control characters in it", () => {
    for (const body of [
      "<xml>你好</xml>",
      'it\'s "so" $HOME `x` \\n %s !',
      "a\nb\n",
      "a\u0002\u0000b\t%d\\x'c",
    ]) {
      assert.equal(Buffer.from(run(body), "latin1").toString("utf8"), body);
    }
  });
});
