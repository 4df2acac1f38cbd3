/** A new kind of reply: who adds one to the type is told by the compiler what else there is to do. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { REPLY_MAKERS } from "../../src/protocol/replies.ts";
import { temporaryFolder } from "../cli/process.ts";
import { ROOT } from "../docs/markdown.ts";
import { readManual } from "../docs/pages.ts";
import { echostr } from "../support/subject.ts";

const KINDS = Object.keys(REPLY_MAKERS);

describe("each kind of reply", () => {
  it("is missed by the compiler in every place of src that has to know it", (context) => {
    const folder = temporaryFolder(context);
    cpSync(join(ROOT, "src"), join(folder, "src"), { recursive: true });
    const file = join(folder, "src/protocol/reply.ts");
    const text = readFileSync(file, "utf8");
    const withKind = text.replace(
      "export type Reply =\n",
      'export type Reply =\n  | { readonly MsgType: "postcard"; readonly Picture: string }\n',
    );
    assert.notEqual(withKind, text);
    writeFileSync(file, withKind);
    const settings = {
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: { rootDir: folder, typeRoots: [join(ROOT, "node_modules/@types")] },
      include: ["src"],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
    const words = [compiler, "-p", folder, "--pretty", "false", "--singleThreaded"];
    const { stdout } = spawnSync(process.execPath, words, {
      cwd: folder,
      encoding: "utf8",
    });
    const places = [...stdout.matchAll(/^(\S+?)\(\d+,\d+\): error/gm)].map((match) => match[1]);
    assert.deepEqual([...new Set(places)].sort(), [
      "src/api/custom-message.ts",
      "src/protocol/replies.ts",
      "src/protocol/reply.ts",
    ], stdout);
  });

  it("has a function that is exported", () => {
    for (const { name } of Object.values(REPLY_MAKERS)) {
      const exported = (echostr as Readonly<Record<string, unknown>>)[name];
      assert.equal(typeof exported, "function", name);
    }
    assert.ok(KINDS.length >= 7);
  });

  for (const language of ["en", "zh"] as const) {
    it(`has its row in the manual, ${language}`, () => {
      const { text } = readManual(language);
      for (const { name } of Object.values(REPLY_MAKERS)) {
        assert.match(text, new RegExp(`^\\|.*\`${name}\\(`, "m"));
      }
    });
  }
});
