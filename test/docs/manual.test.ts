/** The two languages of the manual say the same, and what it shows of the program's output is so. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiError } from "../../src/api/api-error.ts";
import { prettyLine } from "../../src/cli/log-line.ts";
import { readSettings } from "../../src/cli/settings.ts";
import { startLines } from "../../src/cli/start-lines.ts";
import type { LogEntry } from "../../src/index.ts";
import { ACCOUNT, plainDelivery, textMessage } from "../server/platform.ts";
import { echostr } from "../support/subject.ts";
import { areTheSame } from "./languages.ts";
import { readDocument, readText } from "./markdown.ts";
import type { Document } from "./markdown.ts";
import { inLanguage, MANUAL, PAGES_OF_HOSTS, readManual } from "./pages.ts";

const ENGLISH: Document = readManual("en");
const CHINESE: Document = readManual("zh");

for (const path of MANUAL) {
  if (PAGES_OF_HOSTS.includes(path)) continue;
  areTheSame(path, readDocument(path), readDocument(inLanguage(path, "zh")));
}

test("The manual shows the same figures of the benchmark in both languages, which stand in bench/README.md too", () => {
  const figures = [ENGLISH, CHINESE].map(({ text }) =>
    text.split("\n").filter((line) => /^\| .+ \| (?:plain|safe) \| [\d.]+/.test(line)),
  );
  assert.ok((figures[0]?.length ?? 0) >= 8);
  assert.deepEqual(figures[0], figures[1]);
  const measured = readDocument("bench/README.md").text;
  for (const line of figures[0] ?? []) {
    const ratio = line.split("|")[3]?.trim() ?? "";
    if (ratio !== "1") assert.ok(measured.includes(ratio), `${ratio} was not measured`);
  }
});

describe("What the manual shows of the server's output is what it prints", () => {
  const STARTED = {
    en: ["Made .env with a random token.", "the default one, 测试"],
    zh: ["已生成 .env，其中的 Token 是随机的。", "默认机器人（回复“测试”）"],
  } as const;
  test("and these are the words of the program, in both languages", () => {
    const source = readText("src/cli/serve.ts");
    for (const words of Object.values(STARTED).flat()) assert.ok(source.includes(`"${words}"`), words);
  });
  for (const language of ["en", "zh"] as const) {
    test(`when it starts, ${language}`, () => {
      const [madeEnv, botName] = STARTED[language];
      const [shown = ""] = printed(madeEnv, language);
      const settings = readSettings({ WECHAT_TOKEN: "0".repeat(32) }, true);
      const server = { port: 80, url: "http://127.0.0.1:80" };
      const lines = startLines(settings, server, botName, 1_700_000_000_000, false, language);
      const said = `${madeEnv}\n${lines}`.replace(/\n+$/, "\n");
      assert.equal(withoutChance(shown), withoutChance(said));
    });
  }

  test("in the log and in errors, which are in English, the same in both languages", () => {
    for (const words of ["errcode 40164", "SIGNATURE_MISMATCH", "-> lapsed"]) {
      assert.equal(printed(words, "en").length, 1, words);
      assert.deepEqual(printed(words, "zh"), printed(words, "en"));
    }
  });

  test("when WeChat refuses a call", () => {
    const [shown = ""] = printed("errcode 40164");
    const [, errmsg = ""] = /WeChat says "(.*)"$/m.exec(shown) ?? [];
    const { message } = new ApiError("/cgi-bin/stable_token", 40164, errmsg);
    assert.equal(shown, `echostr: ${message}\n`);
  });

  test("when it refuses a request", async () => {
    const [shown = ""] = printed("SIGNATURE_MISMATCH");
    const entries: LogEntry[] = [];
    const log = (entry: LogEntry): void => void entries.push(entry);
    const bot = echostr.createBot({ token: ACCOUNT.token, log });
    const { target, body } = plainDelivery({ ...ACCOUNT, token: "other" }, textMessage("你好"));
    const url = `http://127.0.0.1${target}`;
    const response = await bot.fetch(new Request(url, { method: "POST", body: String(body) }));
    assert.equal(response.status, 403);
    const [entry] = entries;
    assert.ok(entry !== undefined && entries.length === 1);
    const line = prettyLine({ ...entry, ms: 1 }, 0, false);
    assert.equal(shown.replace(/^[\d:]{8} /, ""), line.replace(/^[\d:]{8} /, ""));
  });
});

function printed(words: string, language: "en" | "zh" = "en"): string[] {
  const { blocks: all } = language === "en" ? ENGLISH : CHINESE;
  const blocks = all.filter((block) => block.language === "text");
  return blocks.map(({ code }) => code).filter((code) => code.includes(words));
}

function withoutChance(text: string): string {
  return text
    .replace(/Token( +)[0-9a-f]{32}/, "Token$1…")
    .replace(/signature=[0-9a-f]{40}&timestamp=\d{10}&nonce=echoOnly\d+&echostr=\d+/, "…");
}
