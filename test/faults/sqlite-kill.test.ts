/** Two processes and one SQLite file, one of them killed with kill -9 in the middle of its work. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder } from "../cli/process.ts";
import { startServers } from "../delivery/shared-processes.ts";
import { until } from "../support/http.ts";
import { idsFrom, sayAll } from "./followers.ts";
import { withoutSqlite } from "./sqlite.ts";
import { tellFault } from "./tell.ts";

const NOTICE = "正在思考，回复 1 获取答案";
const FOLLOWERS = 200;

const skip = withoutSqlite();

describe("Of two processes that share a sqlite file, one is killed", { skip }, () => {
  test("and every message is answered, by a handler that ended once", async (context) => {
    const store = `sqlite:${join(temporaryFolder(context), "store.db")}`;
    const { servers, notes } = await startServers(context, 2, store);
    const [first, second] = servers;
    assert.ok(first !== undefined && second !== undefined);
    // These do not end where they began, so that the kill is in the middle of something.
    const stuck = idsFrom(0, 10);
    const others = idsFrom(10, FOLLOWERS);
    const seen = new Map<string, string | undefined>();
    const see = ({ seen: text }: { seen: string | undefined }, id: string): void => {
      seen.set(id, text);
    };
    let killed: Promise<void> | undefined;
    const ports = [first.port, second.port, second.port];
    const stuckOnes = stuck.map((one) =>
      sayAll(ports, [one], (id) => `20 ${id} ${first.pid}`, see),
    );
    await sayAll([first.port, second.port], others, (id) => `30 ${id}`, (outcome, id) => {
      see(outcome, id);
      if (seen.size === FOLLOWERS / 2) killed = first.kill();
    });
    await Promise.all(stuckOnes);
    await killed;
    const ids = [...stuck, ...others];
    const { begins, ends } = notes();
    const right = ids.filter((id) => seen.get(id) === `${id}：答`).length;
    const twice = [...ends.values()].filter((pids) => pids.length > 1).length;
    const takenOver = [...begins.values()].filter((pids) => new Set(pids).size > 1).length;
    tellFault(context, "sqlite, kill -9 under load: messages", {
      messages: ids.length,
      answered: right,
      "taken over": takenOver,
      "finished twice": twice,
      lost: ids.length - right,
    });
    assert.equal(right, ids.length);
    assert.equal(twice, 0);
    assert.ok(takenOver > 0, "the kill was in the middle of something");
  });

  test("and the other one hands over every answer that was parked by it", async (context) => {
    const store = `sqlite:${join(temporaryFolder(context), "store.db")}`;
    const delivery = { deadlineMs: 20, deliveries: 1, late: { notice: NOTICE } };
    const { servers, notes } = await startServers(context, 2, store, { delivery });
    const [first, second] = servers;
    assert.ok(first !== undefined && second !== undefined);
    const promised: string[] = [];
    await sayAll([first.port], idsFrom(0, FOLLOWERS), (id) => `100 ${id}`, ({ seen }, id) => {
      if (seen === NOTICE) promised.push(id);
    });
    await until("all handlers to end", () => notes().ends.size === FOLLOWERS);
    // What is in the making here is not parked yet.
    const begun = sayAll([first.port], idsFrom(FOLLOWERS, 10), (id) => `2000 ${id}`, () => {});
    await until("some more to begin", () => notes().begins.size === FOLLOWERS + 10);
    await first.kill();
    await begun;
    let given = 0;
    let asking = promised;
    // With a deadline of 20 ms a file that is slow brings the notice again, and they ask again.
    for (let round = 0; round < 5 && asking.length > 0; round += 1) {
      const again: string[] = [];
      await sayAll([second.port], asking, () => "1", ({ seen }, id) => {
        if (seen === `${id}：答`) given += 1;
        else if (seen === NOTICE) again.push(id);
      });
      asking = again;
    }
    tellFault(context, "sqlite, kill -9 under load: parked answers", {
      parked: promised.length,
      given,
      lost: promised.length - given,
    });
    assert.ok(promised.length > FOLLOWERS / 2, `only ${promised.length} were late`);
    assert.equal(given, promised.length);
  });
});
