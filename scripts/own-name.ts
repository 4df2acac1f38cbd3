/**
 * Lets the examples, and a bot file in this folder, import `echostr` without a build: the name then
 * means the source. Outside of the repository it means what was installed. `make run` and `make play`
 * load this on Node 22.18 and later; before that tsx does the same by `paths` of tsconfig.json.
 *
 *     node --import ./scripts/own-name.ts examples/02-auto-reply.ts
 *
 * @module
 */
import module from "node:module";

const ROOT = new URL("../", import.meta.url).href;
const ENTRIES: Readonly<Record<string, string>> = {
  echostr: new URL("src/index.ts", ROOT).href,
  "echostr/core": new URL("src/core.ts", ROOT).href,
  "echostr/lab": new URL("lab/index.ts", ROOT).href,
};

function isOurs(parent: string | undefined): boolean {
  return parent !== undefined && parent.startsWith(ROOT) && !parent.includes("/node_modules/");
}

// Node 20 lacks it.
if (typeof module.registerHooks === "function") {
  module.registerHooks({
    resolve(specifier, context, next) {
      return next((isOurs(context.parentURL) ? ENTRIES[specifier] : undefined) ?? specifier, context);
    },
  });
}
