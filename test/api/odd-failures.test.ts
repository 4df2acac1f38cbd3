/** Failures of the network that do not say whether the request had left, and stranger ones. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TurnedClock } from "../delivery/turned-clock.ts";
import { echostr } from "../support/subject.ts";
import { OPEN_ID, errorOf, pass, setStage } from "./stage.ts";

const SEND = "/cgi-bin/message/custom/send";

/** As `fetch` throws it. */
function failure(code: string, syscall: string): TypeError {
  const cause = Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
  return new TypeError("fetch failed", { cause });
}

describe("A host that cannot be reached", { timeout: 120_000 }, () => {
  for (const code of ["EHOSTUNREACH", "ENETUNREACH"]) {
    test(`any more when the answer is due (${code}) gets a message once`, async (context) => {
      let sends = 0;
      const { api, standIn, fails } = await setStage(context, {
        api: {
          fetch: async (input, init) => {
            const response = await fetch(input, init);
            if (String(input).includes(SEND) && (sends += 1) === 1) throw failure(code, "read");
            return response;
          },
        },
      });
      await fails(api.customerService.send(OPEN_ID, "你好"), "API_UNREACHABLE");
      assert.equal(standIn.sent.length, 1);
    });

    test(`at first (${code}) gets the message when it can`, async (context) => {
      let sends = 0;
      const { api, standIn, pass } = await setStage(context, {
        api: {
          fetch: (input, init) => {
            const isFirst = String(input).includes(SEND) && (sends += 1) === 1;
            return isFirst ? Promise.reject(failure(code, "connect")) : fetch(input, init);
          },
        },
      });
      await pass(api.customerService.send(OPEN_ID, "你好"));
      assert.equal(standIn.sent.length, 1);
    });
  }
});

describe("A fetch that throws what is no error", { timeout: 120_000 }, () => {
  for (const thrown of [undefined, null, "away", { cause: null }]) {
    test(`(${JSON.stringify(thrown)}) is no answer`, async (context) => {
      const { api, fails } = await setStage(context, {
        api: { fetch: () => Promise.reject(thrown) },
      });
      await fails(api.callbackIps(), "API_UNREACHABLE");
    });
  }
});

describe("A fetch whose error repeats the address", { timeout: 120_000 }, () => {
  // As those of proxies and wrappers do: without its "?", or in another place than the message.
  const ways: Readonly<Record<string, (url: string) => Error>> = {
    "as it is": (url) => new Error(`GET ${url} failed`),
    encoded: (url) => new Error(`GET ${encodeURIComponent(url)} failed`),
    "in its code": (url) => Object.assign(new Error("failed"), { code: url }),
    "in its cause": (url) => new TypeError("fetch failed", { cause: new Error(encodeURIComponent(url)) }),
    "parameter by parameter": (url) => new Error(new URL(url).search.slice(1).replaceAll("&", " ")),
  };
  for (const [way, failed] of Object.entries(ways)) {
    test(`(${way}) shows no access_token, no AppSecret and no openid`, async () => {
      const answer = (input: string | URL | Request): Promise<Response> => Promise.reject(failed(String(input)));
      const secret = "0123456789abcdef0123456789abcdef";
      const token = `T${"1".repeat(40)}`;
      const clock = new TurnedClock();
      const given = { appId: "wx1", appSecret: secret, fetch: answer, timeoutMs: 500, clock };
      for (const api of [
        echostr.createApi({ ...given, token: "classic" }),
        echostr.createApi({ ...given, token: () => token }),
      ]) {
        for (const call of [() => api.user.info(OPEN_ID), () => api.media.get("id")]) {
          const { message, code } = await errorOf(pass<unknown>(clock, call()));
          assert.equal(code, "API_UNREACHABLE");
          for (const hidden of [secret, token, OPEN_ID]) assert.ok(!message.includes(hidden), message);
        }
      }
    });
  }
});

describe("An answer without an end", { timeout: 120_000 }, () => {
  for (const status of [200, 404, 503]) {
    test(`is read up to 64 MiB (HTTP ${status})`, async (context) => {
      let sent = 0;
      const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
        sent += 1;
        controller.enqueue(new Uint8Array(1024 * 1024).fill(60));
      };
      const { api, fails } = await setStage(context, {
        api: {
          fetch: async (input, init) =>
            String(input).includes("stable_token")
              ? fetch(input, init)
              : new Response(new ReadableStream({ pull }), { status }),
        },
      });
      const error = await fails(api.call("/cgi-bin/x"), "API_ANSWER_INVALID");
      assert.match(error.message, /67108864 bytes/);
      assert.ok(sent < 70, `${sent} MiB`);
    });
  }
});
