/** Who may speak to the play server, and what the browser may do with its answers. */
import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { startPlay } from "../../../lab/play/start-play.ts";
import type { Play } from "../../../lab/play/start-play.ts";
import { ask, enter, serverCommand } from "./stage.ts";
import type { Asked, Got } from "./stage.ts";

let play: Play;
let cookie = "";
let root = "";
let host = "";

before(async () => {
  const program = { command: serverCommand(), botFile: undefined, folder: "/" };
  play = await startPlay({ port: 0, program, environment: { PATH: process.env["PATH"] } });
  ({ cookie, root } = await enter(play));
  host = `127.0.0.1:${play.port}`;
});

after(() => play.close());

function get(path: string, headers: Record<string, string> = {}): Promise<Got> {
  const own = { Host: host, Cookie: cookie };
  return ask(play.port, { path: root + path, headers: { ...own, ...headers } });
}

function post(
  path: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Got> {
  const own = { Host: host, Origin: `http://${host}`, Cookie: cookie };
  const type = { "Content-Type": "application/json" };
  const all = { ...own, ...type, ...headers };
  return ask(play.port, { method: "POST", path: root + path, headers: all, body });
}

const NOTHING = JSON.stringify({ do: "clear" });

describe("The printed address", () => {
  test("holds a key of 192 random bits and leads to the loopback address", () => {
    const { hostname, searchParams } = new URL(play.address);
    assert.equal(hostname, "127.0.0.1");
    assert.match(searchParams.get("key") ?? "", /^[\w-]{32}$/);
  });

  test("is exchanged for a cookie and an address without the key", async () => {
    const { search } = new URL(play.address);
    const { status, headers } = await ask(play.port, {
      path: `/${search}`,
      headers: { Host: host },
    });
    assert.equal(status, 303);
    assert.match(String(headers["location"]), /^\/[\w-]{22}\/$/);
    const [pair = "", ...attributes] = String(headers["set-cookie"]).split("; ");
    assert.deepEqual(attributes, [`Path=${headers["location"]}`, "HttpOnly", "SameSite=Strict"]);
    const [name, value = ""] = pair.split("=");
    assert.equal(name, `echostr-play-${play.port}`);
    assert.match(value, /^[\w-]{43}$/);
    assert.ok(!String(headers["set-cookie"]).includes(new URL(play.address).searchParams.get("key") ?? ""));
  });

  test("is the only way in: a wrong key, a shorter one and none are refused", async () => {
    for (const path of [
      "/",
      "/?key=",
      "/?key=x",
      `/?key=${"A".repeat(32)}`,
      "/main.js",
      "/events",
      `${root}/`,
      `${root}/main.js`,
      `${root}/events`,
    ]) {
      const { status, headers } = await ask(play.port, { path, headers: { Host: host } });
      assert.equal(status, 403, path);
      assert.equal(headers["set-cookie"], undefined);
    }
    const other = await get("/", { Cookie: `echostr-play-${play.port}=${"A".repeat(32)}` });
    assert.equal(other.status, 403);
    const key = new URL(play.address).searchParams.get("key") ?? "";
    assert.equal((await get("/", { Cookie: `echostr-play-${play.port}=${key}` })).status, 403);
  });

  test("leads to a path that is its own: elsewhere on the server even the cookie opens nothing", async () => {
    for (const path of ["/", "/events", "/main.js", `/${"A".repeat(22)}/`, `${root}`]) {
      const { status } = await ask(play.port, { path, headers: { Host: host, Cookie: cookie } });
      assert.equal(status, 403, path);
    }
  });
});

describe("The server", () => {
  test("is reached on the loopback address alone", async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ internal, family }) => !internal && family === "IPv4");
    if (outside === undefined) return;
    const reached = await new Promise((resolve) => {
      const socket = connect(play.port, outside.address);
      socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    assert.equal(reached, false);
  });

  test("refuses another name, which DNS may have been made to lead here", async () => {
    for (const name of ["evil.example", "127.0.0.1", `evil.example:${play.port}`, "localhost"]) {
      const { status, body } = await get("/", { Host: name });
      assert.equal(status, 421, name);
      assert.match(body, /^Host must be 127\.0\.0\.1:\d+ or localhost:\d+, got/);
    }
    const byName = await get("/", { Host: `localhost:${play.port}` });
    assert.equal(byName.status, 200);
  });

  test("takes commands from its own page alone", async () => {
    for (const Origin of [
      "http://evil.example",
      "null",
      `http://localhost:${play.port}`,
      `https://${host}`,
    ]) {
      const { status, body } = await post("/do", NOTHING, { Origin });
      assert.equal(status, 403, Origin);
      assert.match(body, /^Origin must be/);
    }
    const { status } = await ask(play.port, {
      method: "POST",
      path: `${root}/do`,
      headers: { Host: host, Cookie: cookie, "Content-Type": "application/json" },
      body: NOTHING,
    });
    assert.equal(status, 403, "without Origin");
    assert.equal((await post("/do", NOTHING)).status, 200);
  });

  test("answers no other site, also not one on another port of this machine", async () => {
    for (const site of ["cross-site", "same-site"]) {
      const { status } = await get("/", { "Sec-Fetch-Site": site });
      assert.equal(status, 403, site);
    }
    assert.equal((await get("/", { Origin: "http://127.0.0.1:1" })).status, 403);
    assert.equal((await get("/", { "Sec-Fetch-Site": "same-origin" })).status, 200);
  });

  test("tells the browser in every answer to load nothing from elsewhere", async () => {
    const answers = [
      await get("/"),
      await get("/main.js"),
      await get("/nothing"),
      await get("/transcript"),
      await post("/do", "{}"),
      await get("/", { Host: "evil.example" }),
    ];
    for (const { headers } of answers) {
      const policy = String(headers["content-security-policy"]);
      for (const rule of [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
      ]) {
        assert.ok(policy.split("; ").includes(rule), rule);
      }
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.equal(headers["cache-control"], "no-store");
      assert.equal(headers["cross-origin-resource-policy"], "same-origin");
      assert.equal(headers["access-control-allow-origin"], undefined);
    }
  });

  test("knows its methods and paths", async () => {
    const own = { Host: host, Origin: `http://${host}`, Cookie: cookie };
    const requests: [Asked, number][] = [
      [{ method: "PUT", path: `${root}/`, headers: own }, 405],
      [{ method: "DELETE", path: `${root}/main.js`, headers: own }, 405],
      [{ method: "HEAD", path: `${root}/`, headers: own }, 200],
      [{ path: `${root}/../package.json`, headers: own }, 403],
      [{ path: `${root}/%2e%2e/guard.ts`, headers: own }, 403],
      [{ path: `${root}/tsconfig.json`, headers: own }, 404],
      [{ path: `${root}//evil.example/`, headers: own }, 404],
      [{ path: `//evil.example${root}/`, headers: own }, 403],
      [{ path: "http://evil.example/", headers: own }, 400],
    ];
    for (const [asked, status] of requests) {
      assert.equal((await ask(play.port, asked)).status, status, `${asked.method} ${asked.path}`);
    }
  });

  test("takes JSON as a command, and nothing that a form could send", async () => {
    assert.equal((await post("/do", NOTHING, { "Content-Type": "text/plain" })).status, 415);
    for (const body of ["", "[]", "null", "{", '{"do":"constructor"}', '{"do":"send"}']) {
      const { status, body: sentence } = await post("/do", body);
      assert.equal(status, 400, body);
      assert.match(sentence, /^\w.*[^.]$/);
    }
  });

  test("refuses a body that is too long, with and without its length", async () => {
    const long = Buffer.alloc(12 * 1024 * 1024, 32);
    const { status, body } = await post("/do", long).catch(() => ({
      status: 413,
      body: "at most",
    }));
    assert.equal(status, 413);
    assert.match(body, /at most/);
    const chunked = await post("/do", long, { "Transfer-Encoding": "chunked" }).catch(() => ({
      status: 413,
    }));
    assert.equal(chunked.status, 413);
    assert.equal((await get("/")).status, 200);
  });

  test("keeps pictures only, whatever they are called", async () => {
    const page = await post("/media?type=image", "<script>alert(1)</script>", {
      "Content-Type": "image/png",
    });
    assert.equal(page.status, 400);
    const png = Buffer.from("89504e470d0a1a0a0000", "hex");
    const { status, body: id } = await post("/media?type=image", png, {
      "Content-Type": "text/html",
    });
    assert.equal(status, 200);
    const picture = await ask(play.port, { path: `/mmbiz/${id}`, headers: { Host: host } });
    assert.equal(picture.status, 200);
    assert.equal(picture.headers["content-type"], "image/png");
    assert.equal(picture.headers["x-content-type-options"], "nosniff");
  });

  test("hides the platform's interfaces behind a path that only the bot is told", async () => {
    for (const path of [
      "/cgi-bin/token",
      "/api/cgi-bin/token",
      `/api/${"A".repeat(32)}/cgi-bin/token`,
    ]) {
      const { status, body } = await ask(play.port, { path, headers: { Host: host } });
      assert.equal(status, 403, path);
      assert.doesNotMatch(body, /errcode/);
    }
  });
});
