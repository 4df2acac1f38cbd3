/** Tokens that the platform refuses: one is fetched in their place, once, and never in a loop. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { OPEN_ID, setStage } from "./stage.ts";

const IPS = "/cgi-bin/getcallbackip";
const KINDS = ["stable", "classic"] as const;

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

describe("A token that was ended from outside", { timeout: 120_000 }, () => {
  for (const kind of KINDS) {
    test(`costs one ${kind} token, however many calls are under way`, async (context) => {
      const { api, standIn, pass } = await setStage(context, { api: { token: kind } });
      await api.callbackIps();
      const before = standIn.tokenRequests;
      standIn.killToken();
      await pass(Promise.all(times(30, () => api.callbackIps())));
      assert.equal(standIn.tokenRequests - before, 1);
      assert.equal(standIn.tokens.calls.forced.length, 0);
      assert.equal(standIn.requestsFor(IPS).length, 1 + 30 + 30, "each is repeated once");
    });

    test(`while calls are on their way costs one ${kind} token`, async (context) => {
      const { api, standIn, pass } = await setStage(context, { api: { token: kind } });
      await api.callbackIps();
      // Half of them come back refused before the others are even looked at.
      const gate = standIn.faults.hold({ path: IPS, times: 15 });
      const calls = times(30, () => api.callbackIps());
      standIn.killToken();
      const all = Promise.all(calls);
      await pass(Promise.race(calls));
      gate.open();
      await pass(all);
      assert.equal(standIn.tokenRequests, 2);
    });

    test(`is not fetched again by a client whose store has a new ${kind} one`, async (context) => {
      const { api, another, standIn, pass } = await setStage(context, { api: { token: kind } });
      const other = another();
      await pass(Promise.all([api.callbackIps(), other.callbackIps()]));
      standIn.killToken();
      await pass(api.callbackIps());
      assert.equal(standIn.tokenRequests, 2);
      await pass(other.callbackIps());
      assert.equal(standIn.tokenRequests, 2);
    });

    test(`is replaced once by ten clients with one store (${kind})`, async (context) => {
      const { another, standIn, pass } = await setStage(context, { api: { token: kind } });
      const clients = times(10, () => another());
      await pass(Promise.all(clients.map((client) => client.callbackIps())));
      standIn.killToken();
      await pass(Promise.all(clients.map((client) => client.callbackIps())));
      assert.equal(standIn.tokenRequests, 2);
    });
  }

  test("because the clock here is behind (42001) is replaced as well", async (context) => {
    for (const token of KINDS) {
      const { api, standIn, pass } = await setStage(context, { api: { token } });
      await api.callbackIps();
      standIn.turn(7_200_000);
      await pass(api.callbackIps());
      assert.deepEqual(standIn.refusals, [42001]);
      assert.equal(standIn.tokenRequests, 2);
    }
  });

  for (const errcode of [40001, 40014, 42001]) {
    test(`costs a message that was refused with ${errcode} nothing`, async (context) => {
      const { api, standIn, pass } = await setStage(context);
      standIn.faults.failNext({ path: "/cgi-bin/message/custom/send", errcode });
      await pass(api.customerService.send(OPEN_ID, "你好"));
      assert.equal(standIn.sent.length, 1);
    });
  }
});

describe("force_refresh", { timeout: 120_000 }, () => {
  test("comes when the platform gives the same dead token again, not before", async (context) => {
    const { api, standIn, pass } = await setStage(context);
    await api.callbackIps();
    standIn.killToken("stuck");
    await pass(Promise.all(times(20, () => api.callbackIps())));
    const asked = standIn.requestsFor("/cgi-bin/stable_token").map(({ json }) => json);
    assert.deepEqual(asked.map((body) => body["force_refresh"]), [false, false, true]);
  });

  test("comes at most every 30 s, among all who share the store", async (context) => {
    const { api, another, standIn, pass, clock, refused } = await setStage(context);
    const other = another();
    await pass(Promise.all([api.callbackIps(), other.callbackIps()]));
    standIn.killToken("stuck");
    await pass(api.callbackIps());
    assert.equal(standIn.tokens.calls.forced.length, 1);
    standIn.killToken("stuck");
    const forcedAt = standIn.tokens.calls.forced[0] ?? 0;
    for (let seconds = 5; seconds < 30; seconds += 5) {
      await clock.turn(forcedAt + seconds * 1000 - clock.now());
      await refused(other.callbackIps(), 40001);
      await refused(api.callbackIps(), 40001);
    }
    assert.equal(standIn.tokens.calls.forced.length, 1);
    await clock.turn(forcedAt + 30_100 - clock.now());
    await pass(Promise.all([api.callbackIps(), other.callbackIps()]));
    assert.equal(standIn.tokens.calls.forced.length, 2);
    assert.ok(!standIn.refusals.includes(45011), "the platform never had to say it");
  });
});

describe("A platform that refuses every token", { timeout: 120_000 }, () => {
  for (const kind of KINDS) {
    test(`is asked twice, not in a loop (${kind})`, async (context) => {
      const { api, standIn, refused } = await setStage(context, { api: { token: kind } });
      await api.accessToken();
      standIn.faults.failNext({ path: IPS, errcode: 40001, times: 10_000 });
      await refused(api.callbackIps(), 40001);
      assert.equal(standIn.requestsFor(IPS).length, 2);
      assert.ok(standIn.tokenRequests <= 3, `${standIn.tokenRequests} token requests`);
    });

    test(`does not use up the day's tokens (${kind})`, async (context) => {
      const { api, standIn, refused } = await setStage(context, { api: { token: kind } });
      await api.accessToken();
      standIn.faults.failNext({ path: IPS, errcode: 40001, times: 10_000 });
      for (let nth = 0; nth < 20; nth += 1) await refused(api.callbackIps(), 40001);
      assert.ok(standIn.requestsFor(IPS).length <= 40);
      assert.ok(standIn.tokens.calls.forced.length <= 1);
      assert.ok(standIn.tokens.calls.classic.length <= 2, `${standIn.tokens.calls.classic.length}`);
    });
  }
});

describe("A refusal of the token itself is thrown at once", { timeout: 120_000 }, () => {
  for (const kind of KINDS) {
    for (const errcode of [40125, 40001] as const) {
      test(`with ${errcode} for a wrong secret (${kind})`, async (context) => {
        const { another, standIn, refused } = await setStage(context);
        standIn.tokens.wrongSecret = errcode;
        const wrong = another({ token: kind, appSecret: "0therSecret0123456789abcdef01234" });
        const calls = times(20, () => refused(wrong.callbackIps(), errcode));
        const [error] = await Promise.all(calls);
        assert.match(error?.message ?? "", /WECHAT_SECRET|[Ss]ecret/);
        assert.match(error?.path ?? "", /token$/);
        assert.equal(standIn.requests.length, 1, "one question for all who wait");
        assert.deepEqual(standIn.refusals, [errcode]);
      });
    }

    test(`with 40164 for an address that is not on the list (${kind})`, async (context) => {
      const { api, standIn, refused } = await setStage(context, { api: { token: kind } });
      standIn.tokens.allowedIps = ["9.9.9.9"];
      const error = await refused(api.callbackIps(), 40164);
      assert.match(error.message, /1\.2\.3\.4/);
      assert.equal(standIn.requests.length, 1);
      standIn.tokens.allowedIps = ["1.2.3.4"];
      await api.callbackIps();
    });
  }

  test("which later calls may find changed", async (context) => {
    const { api, standIn, refused, pass } = await setStage(context);
    standIn.faults.failNext({ path: "/cgi-bin/stable_token", errcode: 40125 });
    await refused(api.callbackIps(), 40125);
    await pass(api.callbackIps());
    assert.equal(standIn.tokenRequests, 2);
  });
});
