/**
 * What programs without types hand to the API by mistake: each is a sentence that names what is wrong,
 * and nothing is sent. Without one it would go out as `{}` or `[object Object]`, be lost, or be a TypeError.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { msgmenu } from "../../src/index.ts";
import type { Api } from "../../src/index.ts";
import { OPEN_ID, setStage } from "./stage.ts";

const X = "/cgi-bin/x";
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const BODY = "Body of a call must be an object or a FormData, got a";
const SOURCE = "File to upload must be a path, a file: URL, a Blob or bytes, got";
const MESSAGE = "Customer-service message";

type Case = readonly [what: string, call: (api: Api) => Promise<unknown>, sentence: string];

/** As the compiler would not let it through. */
const odd = (value: unknown): never => value as never;

const CASES: Readonly<Record<string, readonly Case[]>> = {
  "api.call": [
    ["a text", (api) => api.call(X, '{"a":1}'), `${BODY} String: give the object itself, it is made JSON here`],
    ["bytes", (api) => api.call(X, PNG), `${BODY} Uint8Array`],
    ["a Blob", (api) => api.call(X, new Blob([PNG])), `${BODY} Blob`],
    ["a form of another kind", (api) => api.call(X, new URLSearchParams("a=1")), `${BODY} URLSearchParams`],
    ["a Map", (api) => api.call(X, new Map([["a", 1]])), `${BODY} Map`],
    ["a Promise", (api) => api.call(X, Promise.resolve({})), `${BODY} Promise`],
    ["null", (api) => api.call(X, null), `${BODY} Null`],
    ["a number", (api) => api.call(X, 0), `${BODY} Number`],
    [
      "a circle",
      (api) => {
        const circle: Record<string, unknown> = {};
        circle["circle"] = circle;
        return api.call(X, circle);
      },
      "Body of a call must be something that JSON can hold: Converting circular structure to JSON",
    ],
    ["a query that is a text", (api) => api.call(X, {}, odd("a=1")), "Query of a call must be an object, got a string"],
    ["no query", (api) => api.call(X, {}, odd(null)), "Query of a call must be an object, got a null"],
    [
      "a list in the query",
      (api) => api.call(X, {}, odd({ ids: [1, 2] })),
      "Parameter ids of a call must be a text or a number, got object",
    ],
    ["null in the query", (api) => api.call(X, {}, odd({ a: null })), "Parameter a of a call must be a text or a number, got null"],
    ["an option that is none", (api) => api.call(X, {}, {}, odd({ timeout: 5 })), "Option timeout is not known, known are method, repeat, timeoutMs, signal"],
    ["a method that is none", (api) => api.call(X, {}, {}, odd({ method: "put" })), 'method must be GET or POST, got "put"'],
    ["a time that is a text", (api) => api.call(X, {}, {}, odd({ timeoutMs: "5" })), "timeoutMs of a call must be at least 1, got string"],
    ["a signal that is none", (api) => api.call(X, {}, {}, odd({ signal: 7 })), "signal of a call must be an AbortSignal, got number"],
    ["no options", (api) => api.call(X, {}, {}, odd(null)), "Options must be an object, got null"],
    ["the same in api.file", (api) => api.file(X, "a"), `${BODY} String: give the object itself, it is made JSON here`],
  ],
  "customerService.send": [
    ["no openid", (api) => api.customerService.send(odd(undefined), "a"), "Openid must be a text, got undefined"],
    ["an openid with a line end", (api) => api.customerService.send(`${OPEN_ID}\n`, "a"), "Openid must be a text without space, got one with space"],
    ["an option in WeChat's spelling", (api) => api.customerService.send(OPEN_ID, "a", odd({ kf_account: "x@y" })), "Option kf_account is not known, kfAccount is meant"],
    ["null", (api) => api.customerService.send(OPEN_ID, odd(null)), `${MESSAGE} must be a text or a reply, got null`],
    ["several", (api) => api.customerService.send(OPEN_ID, odd(["a", "b"])), `${MESSAGE} must be a text or a reply, got array: send them one by one`],
    ["a text without content", (api) => api.customerService.send(OPEN_ID, odd({ MsgType: "text" })), `${MESSAGE} cannot be sent: Content must be a string, got undefined`],
    [
      "a flat picture",
      (api) => api.customerService.send(OPEN_ID, odd({ MsgType: "image", MediaId: "m" })),
      `${MESSAGE} cannot be sent: Image of a reply must be an object with MediaId, got undefined`,
    ],
    ["news without articles", (api) => api.customerService.send(OPEN_ID, odd({ MsgType: "news" })), `${MESSAGE} cannot be sent: News must have 1 to 8 articles, got undefined`],
    [
      // WeChat's page 客服接口: thumb_media_id of music is required there, and no reply needs it.
      "music without a picture",
      (api) => api.customerService.send(OPEN_ID, odd({ MsgType: "music", Music: { MusicUrl: "http://x/" } })),
      `${MESSAGE} of kind music must have a ThumbMediaId, got none`,
    ],
    ["a raw picture of nothing", (api) => api.customerService.send(OPEN_ID, odd({ msgtype: "image", image: null })), `${MESSAGE} of kind "image" must have its parts under that name, got none`],
    ["a raw text of nothing", (api) => api.customerService.send(OPEN_ID, { msgtype: "text", text: "hi" }), `${MESSAGE} of kind "text" must have its parts under that name, got none`],
  ],
  "uploads and downloads": [
    ["nothing", (api) => api.media.upload("image", odd(undefined)), `${SOURCE} undefined`],
    ["a stream", (api) => api.media.upload("image", odd(new ReadableStream())), `${SOURCE} object`],
    ["an address", (api) => api.media.upload("image", "https://example.com/a.png?key=secret"), `${SOURCE} an address with https: which must be fetched first`],
    ["a URL of the web", (api) => api.media.upload("image", new URL("https://example.com/")), `${SOURCE} an address with https: which must be fetched first`],
    ["a data URL", (api) => api.media.upload("image", `data:image/png;base64,${"A".repeat(99)}`), `${SOURCE} an address with data: which must be fetched first`],
    ["base64", (api) => api.media.upload("image", "iVBORw0KGgo".repeat(1000)), `${SOURCE} a text of 11000 characters`],
    ["a name that is a number", (api) => api.media.upload("image", PNG, odd({ filename: 7 })), "filename must be a text, got number"],
    ["another spelling", (api) => api.material.add("image", PNG, odd({ fileName: "a" })), "Option fileName is not known, filename is meant"],
    ["no id", (api) => api.media.get(odd(undefined)), "Media id must be a text, got undefined"],
    ["an empty id", (api) => api.material.get(""), "Media id must be a text, got an empty one"],
    ["no id to remove", (api) => api.material.remove(odd(undefined)), "Media id must be a text, got undefined"],
    ["a type that has no list", (api) => api.material.list(odd("thumb")), 'Type of a list must be one of image, voice, video, news, got "thumb"'],
    ["an offset that is a text", (api) => api.material.list("image", odd("0")), "Offset must be a whole number from 0, got string"],
  ],
  "the rest": [
    ["a menu in a menu", (api) => api.menu.create(odd({ menu: { button: [] } })), "Menu must have 1 to 3 buttons, got none: give the menu that is inside"],
    ["a time that is a text", (api) => api.qrcode.create(1, odd({ expireSeconds: "60" })), "expireSeconds must be a whole number from 1 to 2592000, got string"],
    ["a time for a permanent code", (api) => api.qrcode.create(1, { permanent: true, expireSeconds: 60 }), "A permanent code must have no expireSeconds, got some"],
    ["an option that is none", (api) => api.qrcode.create(1, odd({ expire: 60 })), "Option expire is not known, known are expireSeconds, permanent"],
    ["no ticket", async (api) => api.qrcode.imageUrl(odd(undefined)), "Ticket must be a text, got undefined"],
    ["no follower", (api) => api.user.info(""), "Openid must be a text, got an empty one"],
    ["an action that is none", (api) => api.networkCheck(odd({ action: "trace" })), 'action must be dns or ping or all, got "trace"'],
    ["a path that is an address", (api) => api.quota.get("https://x/cgi-bin/y?access_token=t"), 'Path of a call must begin with one slash and hold no dots alone, got "https://x/cgi-bin/y"'],
  ],
};

for (const [where, cases] of Object.entries(CASES)) {
  describe(`Given to ${where} by mistake`, { timeout: 120_000 }, () => {
    for (const [what, call, sentence] of cases) {
      test(`${what} is refused with a sentence, and nothing is sent`, async (context) => {
        const { api, standIn, fails } = await setStage(context);
        // A throw is a rejection too, where the call would have been one.
        const error = await fails((async () => call(api))(), "API_INPUT_INVALID");
        assert.equal(error.message, sentence);
        assert.equal(standIn.requests.length, standIn.tokenRequests);
      });
    }
  });
}

test("What is odd but can be meant is taken", { timeout: 60_000 }, async (context) => {
  const { api, standIn, pass } = await setStage(context);
  standIn.faults.answerNext({ path: X, status: 200, body: "{}", times: 9 });
  await pass(api.call(X, undefined, odd(new URLSearchParams("a=1"))));
  await pass(api.call(X, undefined, odd({ on: true, id: 12n })));
  const [first, second] = standIn.requestsFor(X);
  assert.equal(first?.query["a"], "1");
  assert.deepEqual([second?.query["on"], second?.query["id"]], ["true", "12"]);
  class Body {
    readonly a = 1;
  }
  await pass(api.call(X, new Body()));
  await pass(api.call(X, [1]));
  assert.deepEqual(standIn.requestsFor(X).slice(2).map(({ body }) => String(body)), ['{"a":1}', "[1]"]);
  await pass(api.call(X, {}, {}, { timeoutMs: Infinity, signal: undefined }));
  await pass(api.media.upload("image", new Uint8Array(PNG).buffer));
  await pass(api.customerService.send(OPEN_ID, msgmenu({ head_content: "a", list: [{ id: "1", content: "c" }], tail_content: "b" })));
});
