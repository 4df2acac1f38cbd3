/** Calls that must not be made: nothing is sent, and nothing is tried again. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setStage } from "./stage.ts";

describe("A call", { timeout: 120_000 }, () => {
  for (const path of ["/../x", "/cgi-bin/../../x", "/./x", "/%2e%2E/x", "/cgi-bin/..", "/..?a=1"]) {
    test(`whose path leads out of the base (${path}) is refused`, async (context) => {
      const { api, standIn, fails } = await setStage(context, { standIn: { prefix: "/proxy" } });
      await fails(api.call(path), "API_INPUT_INVALID");
      assert.equal(standIn.requests.length, 0);
    });
  }

  test("may have dots that lead nowhere", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    const paths = ["/cgi-bin/a..b", "/cgi-bin/...", "/cgi-bin/.a", "/cgi-bin/x?to=/../y"];
    for (const path of paths) await refused(api.call(path), 40066);
    assert.deepEqual(
      standIn.requests.slice(1).map((request) => request.path),
      paths.map((path) => path.split("?")[0]),
    );
  });

  test("by GET with a body is refused at once", async (context) => {
    const { api, standIn, clock, fails } = await setStage(context);
    const start = clock.now();
    const error = await fails(api.call("/cgi-bin/x", {}, {}, { method: "GET" }), "API_INPUT_INVALID");
    assert.match(error.message, /GET/);
    assert.equal(clock.now(), start);
    assert.equal(standIn.requests.length, 0);
  });
});
