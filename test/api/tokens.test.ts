/** One access_token for everybody: asked for once, shared, renewed in time. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Store } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { until } from "../support/http.ts";
import { arrive, setStage } from "./stage.ts";
import { APP_ID, SECRET } from "./stand-in.ts";

const PATH_OF = { stable: "/cgi-bin/stable_token", classic: "/cgi-bin/token" } as const;
const KINDS = ["stable", "classic"] as const;
const IPS = "/cgi-bin/getcallbackip";

describe("The access_token", { timeout: 120_000 }, () => {
  test("is a stable one by default, asked for with a POST of JSON", async (context) => {
    const { api, standIn } = await setStage(context);
    await api.callbackIps();
    assert.deepEqual(standIn.requests.map(({ path }) => path), [PATH_OF.stable, IPS]);
    const [asked, called] = standIn.requests;
    assert.equal(asked?.method, "POST");
    assert.deepEqual(asked?.json, {
      grant_type: "client_credential",
      appid: APP_ID,
      secret: SECRET,
      force_refresh: false,
    });
    assert.deepEqual(asked?.query, {}, "the secret does not stand in an address");
    assert.deepEqual(called?.query, { access_token: standIn.tokens.all[0] });
  });

  test("is a classic one when told so", async (context) => {
    const { api, standIn } = await setStage(context, { api: { token: "classic" } });
    await api.callbackIps();
    const [asked] = standIn.requests;
    assert.equal(asked?.path, PATH_OF.classic);
    const credential = { grant_type: "client_credential", appid: APP_ID, secret: SECRET };
    assert.deepEqual(asked?.query, credential);
  });

  test("is available by itself, with its end", async (context) => {
    const { api, standIn, clock } = await setStage(context);
    const { token, expiresAt } = await api.accessToken();
    assert.equal(token, standIn.tokens.all[0]);
    assert.equal(expiresAt, clock.now() + 7_200_000);
    assert.equal((await api.accessToken()).token, token);
    assert.equal(standIn.tokenRequests, 1);
  });

  for (const kind of KINDS) {
    test(`of the ${kind} kind is asked for once by one client`, async (context) => {
      const { api, standIn, pass } = await setStage(context, { api: { token: kind } });
      await pass(Promise.all(Array.from({ length: 50 }, () => api.callbackIps())));
      assert.equal(standIn.tokenRequests, 1);
      assert.equal(standIn.requestsFor(IPS).length, 50);
    });

    test(`of the ${kind} kind is asked for once by 50 clients with one store`, async (context) => {
      const { another, standIn, pass } = await setStage(context, { api: { token: kind } });
      const clients = Array.from({ length: 50 }, () => another());
      await pass(Promise.all(clients.map((client) => client.callbackIps())));
      assert.equal(standIn.requestsFor(PATH_OF[kind]).length, 1);
      assert.equal(standIn.tokenRequests, 1);
      assert.equal(standIn.requestsFor(IPS).length, 50);
      const tokens = await pass(Promise.all(clients.map((client) => client.accessToken())));
      assert.equal(new Set(tokens.map(({ token }) => token)).size, 1);
    });

    test(`of the ${kind} kind is renewed once by 50 clients with one store`, async (context) => {
      const { another, standIn, pass, clock } = await setStage(context, { api: { token: kind } });
      const clients = Array.from({ length: 50 }, () => another());
      for (let life = 0; life < 3; life += 1) {
        await pass(Promise.all(clients.map((client) => client.callbackIps())));
        await clock.turn(6_900_000);
        // At the same moment each of them sees that it is time.
        await pass(Promise.all(clients.map((client) => client.callbackIps())));
        await pass(Promise.all(clients.map((client) => client.callbackIps())));
      }
      assert.equal(standIn.tokenRequests, 4);
      assert.deepEqual(standIn.refusals, []);
    });

    test(`of the ${kind} kind is renewed 5 minutes before its end, not before`, async (context) => {
      const stage = await setStage(context, { api: { token: kind } });
      const { api, standIn, clock } = stage;
      const { token } = await api.accessToken();
      await clock.turn(6_899_999);
      await api.callbackIps();
      await arrive();
      assert.equal(standIn.tokenRequests, 1);
      await clock.turn(1);
      const gate = standIn.faults.hold({ path: PATH_OF[kind] });
      await api.callbackIps();
      assert.equal(standIn.requestsFor(IPS).at(-1)?.query["access_token"], token, "meanwhile");
      await until("the renewal", () => gate.arrived === 1);
      await api.callbackIps();
      gate.open();
      await until("a second token", () => standIn.tokens.all.length === 2);
      await arrive();
      await api.callbackIps();
      assert.equal(standIn.requestsFor(IPS).at(-1)?.query["access_token"], standIn.tokens.all[1]);
      assert.equal(standIn.tokenRequests, 2);
    });

    test(`of the ${kind} kind with a short life is renewed in its middle`, async (context) => {
      const options = { api: { token: kind }, standIn: { expiresIn: 400 } };
      const { api, standIn, clock } = await setStage(context, options);
      await api.accessToken();
      await clock.turn(199_999);
      await api.callbackIps();
      await arrive();
      assert.equal(standIn.tokenRequests, 1);
      await clock.turn(1);
      await api.callbackIps();
      await until("a second token", () => standIn.tokens.all.length === 2);
    });
  }

  test("is not used in its last 10 seconds", async (context) => {
    for (const [ms, count] of [[7_189_999, 1], [7_190_001, 2]] as const) {
      const { api, standIn, clock } = await setStage(context);
      const { token } = await api.accessToken();
      await clock.turn(ms);
      await api.callbackIps();
      const used = standIn.requestsFor(IPS)[0]?.query["access_token"];
      assert.equal(used, standIn.tokens.all[count - 1], `after ${ms} ms`);
      assert.equal(used === token, count === 1);
    }
  });

  test("that cannot be renewed yet goes on being used, and the log says so", async (context) => {
    const { api, standIn, clock, entries, pass } = await setStage(context);
    const { token } = await api.accessToken();
    await clock.turn(6_950_000);
    standIn.faults.failNext({ path: PATH_OF.stable, errcode: 45009, times: 1000 });
    for (let nth = 0; nth < 20; nth += 1) await pass(api.callbackIps());
    await arrive();
    const used = standIn.requestsFor(IPS).map(({ query }) => query["access_token"]);
    assert.deepEqual(used, Array(20).fill(token));
    assert.ok(standIn.tokenRequests < 10, `asked ${standIn.tokenRequests} times`);
    assert.ok(entries.length >= 1);
    assert.match(entries[0]?.message ?? "", /45009/);
    assert.equal(entries[0]?.event, "notice");
    const words = JSON.stringify(entries);
    assert.ok(!words.includes(token) && !words.includes(SECRET));
    standIn.faults.clear();
    await clock.turn(120_000);
    await pass(api.callbackIps());
    await until("a second token", () => standIn.tokens.all.length === 2);
  });

  test("outlives its client: another one takes it from the store", async (context) => {
    const { api, another, standIn, clock } = await setStage(context);
    const { token, expiresAt } = await api.accessToken();
    await clock.turn(3_000_000);
    assert.deepEqual(await another().accessToken(), { token, expiresAt });
    assert.equal(standIn.tokenRequests, 1);
  });

  test("is not taken for one of the other kind, nor for another account's", async (context) => {
    const { api, another, standIn } = await setStage(context);
    await api.accessToken();
    await another({ token: "classic" }).accessToken();
    assert.equal(standIn.tokenRequests, 2);
    const other = another({ appId: "wxffffffffffffffff" });
    await assert.rejects(other.accessToken(), { errcode: 40013 });
    assert.equal(standIn.tokenRequests, 3);
  });

  test("is asked for by another client when the one that was asking is gone", async (context) => {
    // A request that never ends, and a clock that never turns: that process has been killed.
    let asked = 0;
    const never = (): Promise<Response> => {
      asked += 1;
      return new Promise(() => {});
    };
    for (const token of KINDS) {
      const { another, api, standIn, pass } = await setStage(context, {
        api: { token, timeoutMs: 60_000 },
      });
      const { clock } = await setStage(context);
      asked = 0;
      void another({ fetch: never, clock }).accessToken().catch(() => {});
      await until("the first to ask", () => asked === 1);
      await pass(api.callbackIps());
      assert.equal(standIn.tokenRequests, 1);
    }
  });
});

describe("A store that fails", { timeout: 120_000 }, () => {
  /** The methods that are named here throw. */
  function broken(store: Store, methods: readonly string[]): Store {
    return new Proxy(store, {
      get: (target, name) => {
        if (methods.includes(String(name))) {
          return async () => {
            throw new echostr.EchostrError("STORE_UNAVAILABLE", "Store is away");
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }
  const ALL = ["get", "set", "delete", "swap", "claim", "release"];

  test("does not keep a client from a stable token, which it asks for once", async (context) => {
    const { another, standIn, store, pass } = await setStage(context);
    const client = another({ store: broken(store, ALL) });
    for (let nth = 0; nth < 5; nth += 1) await pass(client.callbackIps());
    assert.equal(standIn.tokenRequests, 1);
  });

  for (const kind of KINDS) {
    test(`after a ${kind} token was fetched does not cost that token`, async (context) => {
      const { another, standIn, store, pass } = await setStage(context);
      const client = another({ store: broken(store, ["set", "release"]), token: kind });
      for (let nth = 0; nth < 5; nth += 1) await pass(client.callbackIps());
      assert.equal(standIn.tokenRequests, 1);
    });
  }

  test("later is not noticed as long as the token is good", async (context) => {
    const { another, standIn, store, pass } = await setStage(context);
    const methods: string[] = [];
    const client = another({ store: broken(store, methods) });
    await pass(client.callbackIps());
    methods.push(...ALL);
    await pass(client.callbackIps());
    assert.equal(standIn.tokenRequests, 1);
  });

  for (const kind of KINDS) {
    test(`cannot make a client believe in a ${kind} token that is none`, async (context) => {
      const { another, standIn, store, pass } = await setStage(context, { api: { token: kind } });
      for (const text of ["", "{", "null", "[]", '{"token":1}', '{"token":"x"}', '"84_abc"']) {
        const lying = new Proxy(store, {
          get: (target, name) => {
            if (name === "get") return async () => text;
            const value: unknown = Reflect.get(target, name);
            return typeof value === "function" ? value.bind(target) : value;
          },
        });
        await pass(another({ store: lying }).callbackIps());
      }
      assert.deepEqual(standIn.refusals, []);
    });
  }
});
