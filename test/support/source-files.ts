/**
 * The programs of both houses, the server with its client and the lab.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** @returns paths from the root of the project, the page's scripts included */
export function sourceFiles(): string[] {
  return ["src", "lab"].flatMap((house) =>
    readdirSync(join(ROOT, house), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:ts|js)$/.test(name))
      .map((name) => join(house, name)),
  );
}
