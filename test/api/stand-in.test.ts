/** What the stand-in adds to the lab's API: a port, a prefix, requests that are kept, and strictness. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { exchange, open } from "../support/http.ts";
import { APP_ID, SECRET, startStandIn } from "./stand-in.ts";
import type { ApiStandIn, StandInOptions } from "./stand-in.ts";

type Answered = Record<string, unknown>;

interface Started {
  readonly standIn: ApiStandIn;
  readonly token: string;
  call(path: string, body?: string): Promise<Answered>;
}

async function startWithToken(context: TestContext, options: StandInOptions = {}): Promise<Started> {
  const standIn = await startStandIn((end) => context.after(end), options);
  const { prefix = "" } = options;
  const credential = { grant_type: "client_credential", appid: APP_ID, secret: SECRET };
  const { body: given } = await exchange(standIn.port, {
    target: `${prefix}/cgi-bin/token?${new URLSearchParams(credential)}`,
  });
  const { access_token: token } = JSON.parse(given) as { access_token: string };
  const call: Started["call"] = async (path, body) => {
    const target = `${prefix}${path}${path.includes("?") ? "&" : "?"}access_token=${token}`;
    const sent = body === undefined ? { target } : { method: "POST", target, body };
    const answer = await exchange(standIn.port, sent);
    return answer.status === 200 ? JSON.parse(answer.body) : { status: answer.status };
  };
  return { standIn, token, call };
}

/** A form with a file, written by hand. */
function form(filename: string, content: Buffer): [type: string, body: Buffer] {
  const boundary = "----boundary--of-the-test";
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="media"; ` +
    `filename="${filename}"\r\nContent-Type: image/png\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return [`multipart/form-data; boundary=${boundary}`, body];
}

describe("The stand-in", () => {
  test("keeps each request as it came, with what it was answered", async (context) => {
    const { standIn, token, call } = await startWithToken(context);
    assert.equal((await call("/cgi-bin/menu/get?a=%E6%B1%89"))["errcode"], 46003);
    assert.equal((await call("/cgi-bin/clear_quota", JSON.stringify({ appid: APP_ID })))["errcode"], 0);
    const [first, second, third] = standIn.requests;
    assert.deepEqual([first?.path, first?.method, first?.errcode], ["/cgi-bin/token", "GET", 0]);
    assert.deepEqual(second?.query, { a: "汉", access_token: token });
    assert.deepEqual([third?.method, third?.json], ["POST", { appid: APP_ID }]);
    assert.deepEqual(standIn.refusals, [46003]);
    assert.deepEqual(standIn.tokens.all, [token]);
    assert.equal(standIn.tokenRequests, 1);
  });

  test("has its API behind a prefix, and nothing beside it", async (context) => {
    const { standIn, call } = await startWithToken(context, { prefix: "/proxy" });
    assert.equal((await call("/cgi-bin/menu/get"))["errcode"], 46003);
    assert.equal((await exchange(standIn.port, { target: "/cgi-bin/menu/get" })).status, 404);
    assert.equal(standIn.requests.at(-1)?.errcode, undefined);
  });

  test("does not take \\u0041 for a letter, whatever is called", async (context) => {
    const { call } = await startWithToken(context);
    const body = `{"appid":"${APP_ID}","x":"\\u6c49"}`;
    assert.equal((await call("/cgi-bin/clear_quota", body))["errcode"], 40033);
    assert.equal((await call("/cgi-bin/clear_quota", body.replace("\\", "\\\\")))["errcode"], 0);
  });

  test("lets nothing be read by POST", async (context) => {
    const { call } = await startWithToken(context);
    for (const path of ["menu/get", "menu/delete", "getcallbackip", "get_api_domain_ip"]) {
      assert.equal((await call(`/cgi-bin/${path}`, "{}"))["errcode"], 43001);
    }
  });

  test("takes files whose length is told and whose name ends as its type does", async (context) => {
    const { standIn, token } = await startWithToken(context);
    const upload = async ([type, body]: [string, Buffer], headers = {}): Promise<unknown> => {
      const target = `/cgi-bin/media/upload?type=image&access_token=${token}`;
      const sent = { method: "POST", target, headers: { "Content-Type": type, ...headers }, body };
      return JSON.parse((await exchange(standIn.port, sent)).body)["errcode"];
    };
    const png = Buffer.from("89504e470d0a1a0a", "hex");
    const [type, body] = form("图.png", png);
    assert.equal(await upload([type, body]), undefined);
    assert.equal(await upload(form("a.exe", png)), 40005);
    assert.equal(await upload(form("a", png)), 40005);
    const size = Buffer.from(`${body.length.toString(16)}\r\n`);
    const chunked = Buffer.concat([size, body, Buffer.from("\r\n0\r\n\r\n")]);
    assert.equal(await upload([type, chunked], { "Transfer-Encoding": "chunked" }), 41005);
    assert.deepEqual(standIn.files("temporary").map(({ name }) => name), ["图.png"]);
  });

  test("breaks connections before or after a request has had its effect", async (context) => {
    const { standIn, call } = await startWithToken(context);
    const body = JSON.stringify({ appid: APP_ID });
    for (const when of ["before", "after"] as const) {
      standIn.faults.dropNext({ path: "/cgi-bin/clear_quota", when });
      await assert.rejects(call("/cgi-bin/clear_quota", body), /ended before/);
    }
    assert.equal(standIn.network.clearings, 1);
    const kept = standIn.requestsFor("/cgi-bin/clear_quota");
    assert.deepEqual(kept.map(({ errcode }) => errcode), [undefined, undefined]);
  });

  test("forgets what was sent when it is told to, and knows files by their ids", async (context) => {
    const { standIn, call } = await startWithToken(context);
    standIn.heard("oA");
    standIn.knows("m1");
    const image = { touser: "oA", msgtype: "image", image: { media_id: "m1" } };
    const send = (): Promise<Answered> => call("/cgi-bin/message/custom/send", JSON.stringify(image));
    assert.equal((await send())["errcode"], 0);
    assert.deepEqual(standIn.sent, [image]);
    standIn.forgetSent();
    assert.deepEqual(standIn.sent, []);
    standIn.heard("oA", "unfollow");
    assert.equal((await send())["errcode"], 45015);
  });

  test("ends though requests are held", async (context) => {
    const { standIn } = await startWithToken(context, { prefix: "/proxy" });
    const gate = standIn.faults.hold();
    const connection = await open(standIn.port);
    connection.send({ target: "/proxy/cgi-bin/menu/get" });
    while (gate.arrived < 1) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(standIn.running, 1);
    await standIn.close();
    connection.close();
  });
});
