/** The program with a bot file whose token comes from elsewhere: no WECHAT_SECRET is needed. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { freePort, launch, temporaryFolder } from "../cli/process.ts";
import { APP_ID, SECRET, startStandIn } from "./stand-in.ts";

const TOKEN = { WECHAT_TOKEN: "t0kenOfTheProgram" };

describe("A bot file with a function as api.token", { timeout: 60_000 }, () => {
  const write = (folder: string, token: string): void => {
    const source =
      `export const options = { api: { token: async () => ${JSON.stringify(token)} } };\n` +
      "export default async (bot) => console.error(`${(await bot.api.callbackIps()).length} addresses`);\n";
    writeFileSync(join(folder, "bot.mjs"), source);
  };

  test("calls WeChat without WECHAT_SECRET", async (context) => {
    const standIn = await startStandIn((end) => context.after(end));
    const body = JSON.stringify({ grant_type: "client_credential", appid: APP_ID, secret: SECRET });
    const request = new Request(`${standIn.base}/cgi-bin/stable_token`, { method: "POST", body });
    const answer = (await (await standIn.side.handle(request)).json()) as { access_token: string };
    const folder = temporaryFolder(context);
    write(folder, answer.access_token);
    const environment = {
      ...TOKEN,
      PORT: String(await freePort()),
      WECHAT_APPID: APP_ID,
      WECHAT_API_BASE: standIn.base,
    };
    const program = launch(context, { folder, environment, args: ["bot.mjs"] });
    await program.says(/^3 addresses$/m);
    assert.equal(standIn.tokenRequests, 0);
    assert.ok(!(program.stderr + program.stdout).includes(answer.access_token));
  });

  for (const [what, environment, sentence] of [
    ["needs WECHAT_APPID", {}, "WECHAT_APPID: API needs the account's AppID, got none"],
    [
      "needs an address in WECHAT_API_BASE",
      { WECHAT_APPID: APP_ID, WECHAT_API_BASE: "api.example" },
      "WECHAT_API_BASE: base must be an http or https URL without a query, got something else",
    ],
  ] as const) {
    test(what, async (context) => {
      const folder = temporaryFolder(context);
      write(folder, "t");
      const all = { ...TOKEN, PORT: String(await freePort()), ...environment };
      const { status, stderr } = await launch(context, { folder, environment: all, args: ["bot.mjs"] }).end();
      assert.equal(status, 1);
      assert.ok(stderr.includes(`echostr: ${sentence}\n`), stderr);
    });
  }
});
