/**
 * The server in one file does all that WeChat asks for, and lacks what its first lines say it lacks.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { LAB_MODES } from "../../lab/platform/accounts.ts";
import { checkOf, codesOf } from "../lab/check/checking.ts";
import { accountIn } from "../lab/check/little-server.ts";
import { start } from "./started-example.ts";

const FILE = "00-whole-protocol.ts";
const source = readFileSync(new URL(`../../examples/${FILE}`, import.meta.url), "utf8");
const told = [...source.matchAll(/^\/\/ {3}([A-Z-]+) +.*-> (\S+)$/gm)];

describe("The whole protocol in one file", () => {
  test("needs Node and nothing else", () => {
    const imported = [...source.matchAll(/from "([^"]+)"/g)].map(([, name]) => name);
    assert.deepEqual([...new Set(imported)].sort(), ["node:crypto", "node:http"]);
  });

  test("names for each thing that it lacks the file that cures it", () => {
    assert.equal(told.length, 4);
    for (const [, , file = ""] of told) {
      assert.ok(existsSync(new URL(`../../${file}`, import.meta.url)), file);
    }
  });

  for (const mode of LAB_MODES.filter((each) => each !== "compat")) {
    test(`lacks that and no more, in ${mode} mode`, async (context) => {
      const { token, appId, encodingAesKey = "" } = accountIn(mode);
      const sealed = { WECHAT_APPID: appId, WECHAT_AES_KEY: encodingAesKey };
      const base = await start(context, FILE, {
        WECHAT_TOKEN: token,
        ...(mode === "safe" ? sealed : {}),
      });
      const report = await checkOf(`${base}/`, mode, undefined, { answerMs: 5000, heldMs: 3000 });
      const codes = told.map(([, code]) => code);
      // Where nothing is encrypted there is no padding.
      const due = codes.filter((code) => mode === "safe" || code !== "PADDING-UNCHECKED");
      assert.deepEqual(codesOf(report), due.sort());
    });
  }
});
