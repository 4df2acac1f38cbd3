/** The example 08-menu.ts before a stand-in of WeChat's API. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { APP_ID, SECRET, startStandIn } from "../api/stand-in.ts";
import type { ApiStandIn } from "../api/stand-in.ts";
import { freePort, launch, temporaryFolder } from "../cli/process.ts";
import type { Process } from "../cli/process.ts";
import { stop } from "../cli/started.ts";
import { ACCOUNT, field, message, plainDelivery, textMessage } from "../server/platform.ts";
import { exchange } from "../support/http.ts";
import { builtProgram } from "../support/programs.ts";

const CREATE = "/cgi-bin/menu/create";

interface Served {
  readonly standIn: ApiStandIn;
  readonly program: Process;
  say(body: string): Promise<string>;
}

async function serve(
  context: TestContext,
  secret: string,
  prepare: (standIn: ApiStandIn) => unknown = () => {},
): Promise<Served> {
  const standIn = await startStandIn((end) => context.after(end));
  prepare(standIn);
  const port = await freePort();
  const program = launch(context, {
    folder: temporaryFolder(context),
    args: [builtProgram("examples/08-menu.ts")],
    environment: {
      WECHAT_TOKEN: ACCOUNT.token,
      WECHAT_APPID: APP_ID,
      WECHAT_SECRET: secret,
      WECHAT_API_BASE: standIn.base,
      PORT: String(port),
      HOST: "127.0.0.1",
      LOG: "json",
    },
  });
  await program.says(/消息加解密方式 .*\n/);
  const say = async (body: string): Promise<string> =>
    (await exchange(port, plainDelivery(ACCOUNT, body))).body;
  return { standIn, program, say };
}

describe("The example 08-menu", () => {
  test("sets the menu at the start: a click, a group of links, a link", async (context) => {
    const { standIn } = await serve(context, SECRET);
    const [click, group, link, ...more] = standIn.menu ?? [];
    assert.deepEqual(more, []);
    assert.equal(click?.["type"], "click");
    const below = group?.["sub_button"] as readonly Record<string, unknown>[];
    assert.deepEqual(below.map(({ type }) => type), ["view", "view"]);
    assert.equal(link?.["type"], "view");
    assert.deepEqual(standIn.refusals, []);
  });

  test("answers a click on the button of that menu", async (context) => {
    const { standIn, say } = await serve(context, SECRET);
    const EventKey = String(standIn.menu?.[0]?.["key"]);
    const clicked = message({ MsgType: "event", Event: "CLICK", EventKey });
    assert.equal(field(await say(clicked), "Content"), "编写中，敬请期待");
    assert.equal(field(await say(textMessage("早")), "Content"), "请点下面的菜单");
  });

  test("leaves the menu as it is without a secret", async (context) => {
    const { standIn, say } = await serve(context, "");
    assert.equal(field(await say(textMessage("早")), "Content"), "请点下面的菜单");
    assert.deepEqual(standIn.requests, []);
  });

  test("serves all the same when the account may have no menu, and says so", async (context) => {
    const { standIn, program, say } = await serve(context, SECRET, ({ faults }) =>
      faults.failNext({ path: CREATE, errcode: 48001, times: Infinity }),
    );
    assert.deepEqual(standIn.refusals, [48001]);
    assert.equal(field(await say(textMessage("早")), "Content"), "请点下面的菜单");
    await stop(program);
    assert.match(program.stderr, /^The menu is not set: errcode 48001 from .*认证/m);
  });
});
