/**
 * The library under test. Tests of the public surface take it from here, so that the same tests can
 * be run against the single file: `ECHOSTR_SUBJECT=dist/echostr.mjs` or `dist/echostr.cjs`.
 * Its logs are under the watch for secrets.
 *
 * @module
 */
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { watched } from "./watched-library.ts";

type Echostr = typeof import("../../src/index.ts");

export const echostr: Echostr = watched(await load(process.env["ECHOSTR_SUBJECT"]));

async function load(file: string | undefined): Promise<Echostr> {
  if (file === undefined || file === "") return import("../../src/index.ts");
  const path = resolve(file);
  // A consumer of the .cjs file calls require(), so the tests do as well.
  if (path.endsWith(".cjs")) return createRequire(import.meta.url)(path) as Echostr;
  return (await import(pathToFileURL(path).href)) as Echostr;
}
