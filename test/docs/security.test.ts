/** The tests that `SECURITY.md` names are there in both languages, and what it calls undefended is so. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Bot, BotOptions } from "../../src/index.ts";
import { ACCOUNT, safeDelivery } from "../server/platform.ts";
import { plainDelivery, textMessage, wrap } from "../server/platform.ts";
import type { Sent } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { TurnedClock } from "./clock.ts";
import { areTheSame } from "./languages.ts";
import { readDocument, readText, ROOT, tableWith } from "./markdown.ts";

const document = readDocument("SECURITY.md");
const chinese = readDocument("SECURITY.zh-CN.md");
const [, ...rows] = tableWith(document, "Danger");
/** A link to the file, and the title. */
const PROOF = /^\[[^\]]+\]\((test\/[^)]+\.test\.ts)\): (.+)$/;

/** The titles of tests and groups in a file; what is put into one may be anything. */
function titlesIn(path: string): RegExp[] {
  const named = /^ *(?:test|it|describe)\(\s*(?:"((?:[^"\\\n]|\\.)+)"|`([^`\n]+)`)/gm;
  const calls = readText(path).matchAll(named);
  return [...calls].flatMap(([, plain, template = ""]) => {
    const parts = plain === undefined ? template.split(/\$\{[^}]*\}/) : [plain];
    // A title that is nearly all variable says nothing.
    if (parts.join("").trim().length < 10) return [];
    return [new RegExp(`^${parts.map(escaped).join(".+")}$`)];
  });
}

function escaped(part: string): string {
  return part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

describe("The table of SECURITY.md", () => {
  for (const [danger = "", defence = "", shown = ""] of rows) {
    test(`names tests that are there: ${danger}`, () => {
      assert.ok(defence.length > 20, defence);
      for (const proof of shown.split("<br>")) {
        const [, path = "", title = ""] = PROOF.exec(proof) ?? [];
        assert.ok(title !== "", `a link and a title expected: ${proof}`);
        assert.ok(titlesIn(path).some((pattern) => pattern.test(title)), `${path} lacks: ${title}`);
      }
    });
  }

  test("has a row for each danger, and links to files that are there", () => {
    assert.ok(rows.length > 15, `only ${rows.length}`);
    for (const link of document.links) {
      if (!/^[a-z]+:/.test(link)) assert.ok(existsSync(join(ROOT, link)), link);
    }
  });
});

areTheSame("SECURITY.md", document, chinese);

describe("The Chinese tables of SECURITY.md", () => {
  test("name the same tests", () => {
    const linked = /\[[^\]]+\]\(test\/[^)]+\.test\.ts\)(?:: [^|<]+)?/g;
    const proofs = (text: string): string[] => (text.match(linked) ?? []).map((proof) => proof.trim());
    assert.ok(proofs(document.text).length > 60);
    const tables = [document, chinese].map(({ tables: all }) => proofs(all.flat(2).join("|")));
    assert.deepEqual(tables[1], tables[0]);
  });

  test("have the same limits", () => {
    const limits = (head: string, { tables }: typeof document): (string | undefined)[] => {
      const table = tables.find(([row = []]) => row[0] === head) ?? [];
      return table.slice(1).map(([, most = ""]) => /^\d+(?:,\d{3})*(?: [KM]iB)?/.exec(most)?.[0]);
    };
    assert.equal(limits("What", document).length, 17);
    assert.deepEqual(limits("内容", chinese), limits("What", document));
  });
});

describe("What SECURITY.md calls undefended is so", () => {
  interface SetUp {
    readonly bot: Bot;
    readonly runs: string[];
    readonly clock: TurnedClock;
  }

  /** A bot that counts how often its handler ran, and a clock to turn. */
  function setUp(options: Partial<BotOptions> = {}): SetUp {
    const clock = new TurnedClock();
    const runs: string[] = [];
    const bot = echostr.createBot({ token: ACCOUNT.token, clock, log: () => {}, ...options });
    bot.on("text", ({ Content }) => {
      runs.push(Content);
      return "测试";
    });
    return { bot, runs, clock };
  }

  async function send(bot: Bot, { target, body = "" }: Sent): Promise<number> {
    const url = `http://127.0.0.1${target}`;
    return (await bot.fetch(new Request(url, { method: "POST", body: String(body) }))).status;
  }

  function stampOf(clock: TurnedClock): { timestamp: string } {
    return { timestamp: String(Math.floor(clock.now() / 1000)) };
  }

  test("another body under a plain signature is taken; in safe mode it is not", async () => {
    const { bot, runs, clock } = setUp();
    const seen = plainDelivery(ACCOUNT, textMessage("真"), stampOf(clock));
    assert.equal(await send(bot, { ...seen, body: textMessage("假") }), 200);
    assert.deepEqual(runs, ["假"]);

    const { encodingAesKey, appId } = ACCOUNT;
    const safe = setUp({ encodingAesKey, appId });
    const sealed = safeDelivery(ACCOUNT, textMessage("真"), stampOf(safe.clock));
    assert.equal(await send(safe.bot, { ...sealed, body: textMessage("假") }), 403);
    const other = String(safeDelivery(ACCOUNT, textMessage("假")).body);
    const [, encrypt = ""] = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(other) ?? [];
    assert.equal(await send(safe.bot, { ...sealed, body: wrap(encrypt) }), 403);
    assert.deepEqual(safe.runs, []);
    assert.equal(await send(safe.bot, sealed), 200);
  });

  test("the same request again runs nothing for ten minutes, and is too old then", async () => {
    const { bot, runs, clock } = setUp();
    const seen = plainDelivery(ACCOUNT, textMessage("一"), stampOf(clock));
    assert.equal(await send(bot, seen), 200);
    await clock.turn(59_000);
    assert.equal(await send(bot, seen), 200);
    assert.equal(runs.length, 1, "it is remembered");
    await clock.turn(400_000);
    // Others come meanwhile, with which old answers are forgotten.
    for (const text of ["二", "三"]) {
      await send(bot, plainDelivery(ACCOUNT, textMessage(text), stampOf(clock)));
      await clock.turn(61_000);
    }
    assert.equal(await send(bot, seen), 200);
    assert.deepEqual(runs, ["一", "二", "三"]);
    await clock.turn(60_000);
    assert.equal(await send(bot, seen), 403);
  });

  test("with delivery switched off each repeat runs the handler", async () => {
    const { bot, runs, clock } = setUp({ delivery: false });
    const seen = plainDelivery(ACCOUNT, textMessage("一"), stampOf(clock));
    await send(bot, seen);
    await send(bot, seen);
    assert.equal(runs.length, 2);
  });

});
