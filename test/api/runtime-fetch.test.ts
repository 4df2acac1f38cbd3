/**
 * On Deno 2.9 a POST is sent a second time when the connection that it was put on breaks: found by a
 * server that reads it and closes. With a client that keeps no connection it is not. There is no Deno
 * here, so what is tested is what Deno is told; docs/design.md says how it was tried.
 */
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import type { Api } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { APP_ID, SECRET } from "./stand-in.ts";

const real = globalThis.fetch;
const host = globalThis as { Deno?: unknown };

afterEach(() => {
  globalThis.fetch = real;
  delete host.Deno;
});

/** What `fetch` was told besides, call by call. */
function watched(): { readonly told: (readonly [method: unknown, client: unknown])[] } {
  const told: [unknown, unknown][] = [];
  globalThis.fetch = async (_address, init = {}) => {
    told.push([init.method, (init as { client?: unknown }).client]);
    return Response.json({ access_token: "T".repeat(100), expires_in: 7200, ip_list: [] });
  };
  return { told };
}

const api = (): Api => echostr.createApi({ appId: APP_ID, appSecret: SECRET });

describe("On Deno", () => {
  test("each POST has a connection of its own, since Deno sends it again when an old one breaks", async () => {
    const { told } = watched();
    const made: unknown[] = [];
    host.Deno = {
      createHttpClient: (options: unknown) => {
        made.push(options);
        return "unpooled";
      },
    };
    const client = api();
    await client.callbackIps();
    await client.call("/cgi-bin/message/custom/send", {});
    await client.media.upload("image", Buffer.from("89504e470d0a1a0a", "hex")).catch(() => {});
    assert.deepEqual(told, [
      ["POST", "unpooled"],
      ["GET", undefined],
      ["POST", "unpooled"],
      ["POST", "unpooled"],
    ]);
    assert.deepEqual(made, [{ poolMaxIdlePerHost: 0 }], "one for all");
  });

  test("of a version that makes no clients, calls go out all the same", async () => {
    const { told } = watched();
    host.Deno = {};
    await api().call("/cgi-bin/x", {});
    assert.deepEqual(told.map(([method]) => method), ["POST", "POST"]);
  });
});

test("On Node nothing is told to fetch besides", async () => {
  const { told } = watched();
  await api().call("/cgi-bin/x", {});
  assert.deepEqual(told, [["POST", undefined], ["POST", undefined]]);
});
