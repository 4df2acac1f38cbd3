/** What the watch takes for a secret, and what not. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Secrets, withoutSecrets } from "./secrets.ts";
import { LEAK, Watch } from "./watch.ts";
import { watched } from "./watched-library.ts";

const OPENID = "oYQ2-5b_8Zk3mWn6JxT0aPcVdR1s";
const ACCESS_TOKEN = `84_${"aB3-xY9_".repeat(17)}`;

function found(secrets: Secrets, text: string): readonly string[] {
  return secrets.find(text).map(({ what, start, end }) => `${what}: ${text.slice(start, end)}`);
}

describe("Secrets", () => {
  test("are found wherever they stand, and struck out", () => {
    const secrets = new Secrets();
    assert.ok(secrets.learn("token", "tok3nOfTheAccount"));
    const text = "at=tok3nOfTheAccount, tok3nOfTheAccountMore; tok3nOfThe";
    assert.equal(found(secrets, text).length, 2);
    assert.equal(withoutSecrets(text, secrets.find(text)), "at=[token], [token]More; tok3nOfThe");
  });

  test("are struck out as a whole where one begins inside the other", () => {
    const secrets = new Secrets();
    secrets.learn("one", "abcde12345");
    secrets.learn("two", "12345fghij");
    const text = "<abcde12345fghij>";
    assert.equal(withoutSecrets(text, secrets.find(text)), "<[one]>");
  });

  test("are the settings with such names, several in one included, and passwords", () => {
    const secrets = new Secrets();
    const short = secrets.learnSettings({
      token: ["f1rstToken", "sec0ndToken"],
      WECHAT_AES_KEY: "k3yNumberOne, k3yNumberTwo",
      appSecret: "s3cretOfTheApp",
      STORE: "redis://bot:p%40ssw0rd@host:1/2",
      appId: "wx5823bf96d3bd56c7",
      deadlineMs: 4500,
    });
    assert.deepEqual(short, []);
    const all = "f1rstToken sec0ndToken k3yNumberOne k3yNumberTwo s3cretOfTheApp p%40ssw0rd";
    assert.equal(secrets.find(`${all} p@ssw0rd`).length, 7);
    assert.deepEqual(found(secrets, "wx5823bf96d3bd56c7 4500 redis://host"), []);
  });

  test("that could be words are named, not looked for", () => {
    const secrets = new Secrets();
    const settings = { token: "t", A_TOKEN: "memory", B_TOKEN: "", api_token: "stable" };
    assert.deepEqual(secrets.learnSettings(settings), ["token", "A_TOKEN"]);
    assert.deepEqual(found(secrets, "continuing in the memory of this process"), []);
  });

  test("are openids that were learned, also short ones, but for names that are words", () => {
    const secrets = new Secrets();
    for (const openId of ["oLate", "other", "oFollower17", "x"]) secrets.learnOpenId(openId);
    const text = "other x oLate and oFollower17";
    assert.deepEqual(found(secrets, text), ["openid: oLate", "openid: oFollower17"]);
  });

  test("are whatever looks like an openid, an access_token or a credential", () => {
    const secrets = new Secrets();
    assert.deepEqual(found(secrets, `run\n${OPENID}`), [`what looks like an openid: ${OPENID}`]);
    assert.equal(found(secrets, `got "${ACCESS_TOKEN}"`).length, 1);
    assert.equal(found(secrets, "GET /cgi-bin/x?access_token=12345678 failed").length, 1);
    assert.equal(found(secrets, `{"access_token":"12345678"}`).length, 1);
    for (const text of [
      "oYQ2…dR1s",
      "official-java-test-encrypt-1",
      "overrides-defaults-of-options",
      "signature=ba74879796ca40378d19aa600e83e897aa1c5869&timestamp=1795394783",
      "access_token=… was refused",
    ]) {
      assert.deepEqual(found(secrets, text), []);
    }
  });
});

describe("The watch over a library", () => {
  interface Options {
    readonly token?: string;
    readonly log?: (entry: unknown) => void;
    readonly onNotice?: (notice: string) => void;
  }
  const said = new Error("outer", { cause: new Error("for tok3nOfTheAccount") });
  const library = {
    createBot: ({ log }: Options) => log?.({ level: "error", error: said }),
    openStore: (_setting: string, { onNotice }: Options) => onNotice?.("away: s3cretPassword"),
    other: ({ log }: Options) => log?.("tok3nOfTheAccount"),
  };

  test("sees entries and notices, and the test sees them too", () => {
    const told: string[] = [];
    const watch = new Watch((sentence) => void told.push(sentence));
    const { createBot, openStore, other } = watched(library, watch);
    const seen: unknown[] = [];
    createBot({ token: "tok3nOfTheAccount", log: (entry) => void seen.push(entry) });
    openStore("redis://:s3cretPassword@h", { onNotice: (notice) => void seen.push(notice) });
    other({ log: (entry) => void seen.push(entry) });
    assert.equal(seen.length, 3);
    assert.deepEqual(watch.inspected, { entries: 1, notices: 1, lines: 0 });
    assert.deepEqual(told, watch.leaks);
    assert.match(told.join("\n"), /^log of createBot has token: "for \[token\]"$/m);
    assert.match(told.join("\n"), /^log of openStore has password: "away: \[password\]"$/m);
    assert.doesNotMatch(told.join("\n"), /tok3n|s3cret/);
  });

  test("is not content with a token that it could not tell from a word", () => {
    const watch = new Watch(() => {});
    watched(library, watch).createBot({ token: "t", log: () => {} });
    assert.match(watch.leaks.join("\n"), /token cannot be told from a word/);
  });

  test("takes what a process found in its own log", () => {
    const watch = new Watch(() => {});
    watch.line("stderr of node", `${LEAK}log of createBot has token: …`);
    assert.deepEqual(watch.leaks, ["log of createBot has token: …"]);
  });
});
