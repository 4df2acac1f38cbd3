/** Tokens that another process was about to get when it was killed. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setStage } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { APP_ID } from "./stand-in.ts";

const IPS = "/cgi-bin/getcallbackip";
const PATH_OF = { stable: "/cgi-bin/stable_token", classic: "/cgi-bin/token" } as const;
const KINDS = ["stable", "classic"] as const;

/** A process takes the claim for the token, and is killed. */
async function claimAndDie({ store, standIn }: Stage, kind: string): Promise<void> {
  const key = `access_token ${kind} ${APP_ID} ${standIn.base}`;
  assert.equal(await store.claim(key, "a process that was killed", 30_000), true);
}

describe("A process that was killed while it was getting a token", { timeout: 120_000 }, () => {
  for (const kind of KINDS) {
    test(`does not keep a new one from the ${kind} token that is still good`, async (context) => {
      const stage = await setStage(context, { api: { token: kind } });
      const { api, another, standIn, clock } = stage;
      const { token } = await api.accessToken();
      await clock.turn(6_950_000);
      await claimAndDie(stage, kind);
      assert.equal((await another().accessToken()).token, token, "without a pause");
      assert.equal(standIn.tokenRequests, 1);
    });
  }

  test("does not cost others a call, where tokens are stable", async (context) => {
    const stage = await setStage(context);
    const { api, another, standIn, pass } = stage;
    await claimAndDie(stage, "stable");
    await pass(api.callbackIps());
    assert.equal(standIn.tokenRequests, 1);
    await pass(another().callbackIps());
    assert.equal(standIn.tokenRequests, 1, "it is shared all the same");
  });

  test("is waited for where tokens are classic, since it may be about to have one", async (context) => {
    const stage = await setStage(context, { api: { token: "classic" } });
    await claimAndDie(stage, "classic");
    await stage.fails(stage.api.callbackIps(), "API_UNREACHABLE");
    assert.equal(stage.standIn.tokenRequests, 0);
  });
});

describe("A token that cannot be renewed", { timeout: 120_000 }, () => {
  for (const kind of KINDS) {
    test(`is used by a new client as well as by the old one (${kind})`, async (context) => {
      const { api, another, standIn, clock, entries, pass } = await setStage(context, {
        api: { token: kind },
      });
      const { token } = await api.accessToken();
      await clock.turn(6_950_000);
      standIn.faults.failNext({ path: PATH_OF[kind], errcode: 45009, times: 1000 });
      await pass(another().callbackIps());
      assert.equal(standIn.requestsFor(IPS)[0]?.query["access_token"], token);
      assert.match(entries.at(-1)?.message ?? "", /renewed yet: .*45009/);
    });
  }
});

describe("A token that was ended from outside", { timeout: 120_000 }, () => {
  for (const kind of KINDS) {
    test(`is replaced as soon as WeChat is no longer busy (${kind})`, async (context) => {
      const { api, standIn, pass, refused } = await setStage(context, { api: { token: kind } });
      await api.callbackIps();
      standIn.killToken();
      standIn.faults.failNext({ path: PATH_OF[kind], errcode: -1, times: 1000 });
      await refused(api.callbackIps(), -1);
      standIn.faults.clear();
      await pass(api.callbackIps());
      const used = standIn.requestsFor(IPS).at(-1)?.query["access_token"];
      assert.equal(used, standIn.tokens.all.at(-1));
    });
  }
});
