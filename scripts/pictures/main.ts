/**
 * Writes the pictures of the documents: `make pictures`.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { PICTURES } from "./pictures.ts";

for (const [path, svg] of PICTURES) {
  writeFileSync(new URL(`../../${path}`, import.meta.url), svg);
  console.log(path);
}
