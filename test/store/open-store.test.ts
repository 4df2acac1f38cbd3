import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { FallbackStore } from "../../src/store/fallback.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { freePort } from "../support/redis.ts";
import { openStore } from "./watched-store.ts";

const getBuiltinModule: typeof process.getBuiltinModule | undefined = process.getBuiltinModule;
const HAS_SQLITE = getBuiltinModule?.("node:sqlite") !== undefined;

describe("openStore reads a setting", () => {
  for (const setting of [undefined, "", " ", "memory", " memory\n"]) {
    it(`${JSON.stringify(setting)}: memory`, async () => {
      const store = openStore(setting);
      assert.ok(store instanceof MemoryStore);
      await store.close();
    });
  }

  it("sqlite:FILE, where Node has SQLite", { skip: !HAS_SQLITE }, async (test) => {
    const folder = mkdtempSync(join(tmpdir(), "echostr-open-"));
    test.after(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, "a store.db");
    const store = openStore(`sqlite:${file}`, { sqlite: { busyTimeoutMs: 10 }, clock: () => 5 });
    assert.ok(store instanceof FallbackStore);
    await store.set("key", "value", 1);
    assert.equal(await store.get("key"), "value", "the clock is handed on");
    await store.close();
    assert.ok(statSync(file).isFile());
  });

  it(
    "sqlite:FILE, where Node has none: a sentence says what is needed",
    { skip: HAS_SQLITE },
    () => {
      assert.throws(() => openStore("sqlite:store.db"), {
        code: "STORE_UNAVAILABLE",
        message: /^Sqlite store needs Node 22\.13 or later, this is Node /,
      });
    },
  );

  for (const scheme of ["redis", "rediss", "REDIS"]) {
    it(`${scheme}://…: Redis, and a Redis that is away is no error`, async () => {
      const notices: string[] = [];
      const port = await freePort();
      const store = openStore(`${scheme}://:secret@127.0.0.1:${port}/1`, {
        onNotice: (message) => void notices.push(message),
      });
      assert.ok(store instanceof FallbackStore);
      await store.set("key", "value", 1000);
      assert.equal(await store.get("key"), "value");
      await store.close();
      assert.equal(notices.length, 2);
      assert.match(
        notices[0] ?? "",
        /^Redis at 127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED.*; continuing in the memory of this/,
      );
      assert.match(notices[1] ?? "", /was closed while it missed 1 writes, which are lost$/);
      assert.doesNotMatch(notices.join(), /secret/);
    });
  }

  it("the bounds of memory are handed on", async () => {
    const store = openStore("memory", { memory: { maxEntries: 1 } });
    await store.set("one", "value", 1000);
    await store.set("two", "value", 1000);
    assert.equal(await store.get("one"), undefined);
    await store.close();
  });
});

describe("openStore refuses what it cannot read, without repeating it", () => {
  const EXPECTED =
    'Store must be "memory", "sqlite:FILE", ' +
    '"redis://[user][:password@]host[:port][/database]" or "rediss://…", got ';
  const BAD: readonly (readonly [setting: string, message: string])[] = [
    ["disk", `${EXPECTED}something else`],
    ["Memory", `${EXPECTED}something else`],
    ["/var/lib/store.db", `${EXPECTED}something else`],
    ["mysql://user:secret@h", `${EXPECTED}"mysql:…"`],
    ["unix:/run/redis.sock", `${EXPECTED}"unix:…"`],
    ["memory:1000", `${EXPECTED}"memory:…"`],
    [":secret@h", `${EXPECTED}something else`],
    ["sqlite:", 'Store "sqlite:" names no file, expected "sqlite:FILE"'],
    ["sqlite: ", 'Store "sqlite:" names no file, expected "sqlite:FILE"'],
    ["redis:secret", "Redis address cannot be read: no host is named"],
  ];
  for (const [setting, message] of BAD) {
    it(JSON.stringify(setting), () => {
      assert.throws(() => openStore(setting), { code: "STORE_INVALID", message });
    });
  }
});
