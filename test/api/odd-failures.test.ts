/** Failures of the network that do not say whether the request had left, and stranger ones. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { OPEN_ID, setStage } from "./stage.ts";

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
