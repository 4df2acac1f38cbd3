/** What the client of the API keeps and shows of answers that are long, or none of WeChat's. */
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Api, ApiError, MediaFile } from "../../src/index.ts";
import { temporaryFolder } from "../cli/process.ts";
import { echostr } from "../support/subject.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const TOKEN = "T".repeat(100);
const MIB = 1024 * 1024;

/** A platform that answers so to everything but the question for a token. */
function apiThatGets(answer: () => Response): Api {
  return echostr.createApi({
    appId: "wx0123456789abcdef",
    appSecret: SECRET,
    fetch: async (address) =>
      String(address).endsWith("/stable_token")
        ? Response.json({ access_token: TOKEN, expires_in: 7200 })
        : answer(),
  });
}

/** A file of so many mebibytes, which is counted while it is read. */
function fileOf(mebibytes: number): { response: () => Response; readMiB: () => number } {
  let read = 0;
  const response = (): Response => {
    read = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (read === mebibytes) return controller.close();
        read += 1;
        controller.enqueue(new Uint8Array(MIB));
      },
    });
    return new Response(stream, { headers: { "Content-Type": "video/mp4" } });
  };
  return { response, readMiB: () => read };
}

async function get(api: Api): Promise<MediaFile> {
  const file = await api.media.get("id");
  assert.ok(file.kind === "file");
  return file;
}

describe("A file that is larger than bytes() may keep", { timeout: 60_000 }, () => {
  test("is refused above 64 MiB with a sentence that names the other ways, and read no further", async () => {
    const { response, readMiB } = fileOf(1000);
    const file = await get(apiThatGets(response));
    await assert.rejects(file.bytes(), {
      code: "API_ANSWER_INVALID",
      message: /^File of at most 67108864 bytes expected from \/cgi-bin\/media\/get, got more; stream and save/,
    });
    assert.ok(readMiB() <= 66, String(readMiB()));
  });

  test("is that above maxBytes; a bound that is none is an error", async () => {
    const { response } = fileOf(3);
    const api = apiThatGets(response);
    assert.equal((await (await get(api)).bytes({ maxBytes: 3 * MIB })).length, 3 * MIB);
    const code = "API_ANSWER_INVALID";
    await assert.rejects((await get(api)).bytes({ maxBytes: 3 * MIB - 1 }), { code });
    for (const maxBytes of [0, -1, Number.NaN]) {
      await assert.rejects((await get(api)).bytes({ maxBytes }), { code: "API_INPUT_INVALID" });
    }
  });

  test("is a material too", async () => {
    const { response } = fileOf(65);
    const file = await apiThatGets(response).material.get("id");
    assert.ok(file.kind === "file");
    await assert.rejects(file.bytes(), { code: "API_ANSWER_INVALID", message: /get_material/ });
  });

  test("is streamed and saved whatever its size", async (context) => {
    const { response } = fileOf(66);
    const api = apiThatGets(response);
    const path = join(temporaryFolder(context), "video.mp4");
    await (await get(api)).save(path);
    assert.equal(statSync(path).size, 66 * MIB);
    let size = 0;
    for await (const chunk of (await get(api)).stream) size += chunk.length;
    assert.equal(size, 66 * MIB);
  });
});

describe("An answer of 64 MiB that is hard to read", { timeout: 60_000 }, () => {
  for (const part of ["[", '"",', "\t", '"\\\n']) {
    test(`is refused within seconds, and holds no gigabytes: ${JSON.stringify(part)} again and again`, async () => {
      const body = Buffer.alloc(64 * MIB - 1, part);
      const started = process.cpuUsage();
      await assert.rejects(apiThatGets(() => new Response(body)).call("/cgi-bin/x"), {
        code: "API_ANSWER_INVALID",
        message: /^JSON expected from \/cgi-bin\/x, got /,
      });
      const { user, system } = process.cpuUsage(started);
      assert.ok(user + system < 10_000_000, `${(user + system) / 1000} ms`);
      assert.ok(process.memoryUsage.rss() < 1500 * MIB, `${process.memoryUsage.rss() / MIB} MiB`);
    });
  }

  test("is read where it has 500,000 values, and not where it has more", async () => {
    const list = (values: number): string => `[${"1,".repeat(values - 2)}1]`;
    const get = (values: number): Promise<object> =>
      apiThatGets(() => new Response(`{"a":${list(values)}}`)).call("/cgi-bin/x");
    assert.deepEqual(Object.keys(await get(499_998)), ["a"]);
    await assert.rejects(get(500_001), { code: "API_ANSWER_INVALID" });
  });

  test("is read where its strings are long, whatever stands in them", async () => {
    const text = '[{,"\\'.repeat(1_000_000);
    const answer = await apiThatGets(() => Response.json({ text })).call("/cgi-bin/x");
    assert.equal(answer["text"], text);
  });
});

describe("An answer that repeats a secret", () => {
  for (const [what, text] of [
    ["the AppSecret", SECRET],
    ["the access_token", TOKEN],
    ["the AppSecret, a few characters in", `<html>${SECRET}`],
    ["the AppSecret behind blanks", `   ${SECRET}`],
    ["the AppSecret a thousand times", SECRET.repeat(10_000)],
  ] as const) {
    test(`shows no part of it: ${what}`, async () => {
      const api = apiThatGets(() => new Response(text));
      const error = await api.call("/cgi-bin/x").then(
        () => assert.fail("no error"),
        (thrown: Error) => thrown,
      );
      assert.match(error.message, /^JSON expected from \/cgi-bin\/x, got "/);
      assert.doesNotMatch(error.message, /0123|TTTT/);
    });
  }

  test("shows a thousand characters of an errmsg at most", async () => {
    const errmsg = `${"e ".repeat(100_000)}${SECRET}`;
    const api = apiThatGets(() => Response.json({ errcode: 45009, errmsg }));
    const error = await api.call("/cgi-bin/x").then(
      () => assert.fail("no error"),
      (thrown: ApiError) => thrown,
    );
    assert.equal(error.errmsg.length, 1000);
  });
});
