// Who takes part. To compare two settings of ours, add a line with its `env`:
//   { name: "echostr, no delivery", mode: "plain", program: echostr, env: { LATE: "off" } },
// A variant may also have `arguments` (a bot file). Name and mode together must be unique.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const server = (name) => fileURLToPath(new URL(`servers/${name}.mjs`, import.meta.url));

const [major, minor] = process.versions.node.split(".").map(Number);
const needsLoader = major < 22 || (major === 22 && minor < 18);

/** The protocol by hand, in a hundred lines without a check of form: what a good program costs. */
const byHand = {
  program: fileURLToPath(new URL("../examples/00-whole-protocol.ts", import.meta.url)),
  nodeOptions: needsLoader ? ["--import", import.meta.resolve("tsx")] : [],
};

const tutorialBot = fileURLToPath(new URL("tutorial-bot.mjs", import.meta.url));

/** How another build of ours is called, which is measured beside this one. */
export const OTHER_BUILD = "echostr, other build";

/** `echostr` is the path of the built program, `against` that of another build of it, if there is one. */
export function listVariants(echostr, against) {
  const bare = { program: server("bare"), constant: true };
  const own = { program: echostr, own: true };
  const withBot = { ...own, arguments: [tutorialBot] };
  const other = { name: OTHER_BUILD, program: against, own: true };
  const others = against === undefined ? [] : [{ ...other, mode: "plain" }, { ...other, mode: "safe" }];
  const functions = { program: server("functions"), arguments: [join(dirname(echostr), "echostr.mjs")] };
  return [
    // The baseline comes first in its mode: the others of that mode are measured against it.
    { name: "bare", mode: "plain", ...bare, baseline: true },
    // The same program again: the distance between the two is noise.
    { name: "bare again", mode: "plain", ...bare },
    { name: "by hand", mode: "plain", ...byHand },
    { name: "functions", mode: "plain", ...functions },
    { name: "echostr", mode: "plain", ...own },
    { name: "echostr, delivery on", mode: "plain", ...withBot },
    { name: "echostr, delivery off", mode: "plain", ...withBot, env: { DELIVERY: "off" } },
    { name: "wechat", mode: "plain", program: server("wechat") },
    { name: "co-wechat", mode: "plain", program: server("co-wechat") },
    { name: "node-easywechat", mode: "plain", program: server("node-easywechat") },
    { name: "bare", mode: "safe", ...bare, baseline: true },
    { name: "by hand", mode: "safe", ...byHand },
    { name: "functions", mode: "safe", ...functions },
    { name: "echostr", mode: "safe", ...own },
    { name: "wechat", mode: "safe", program: server("wechat") },
    { name: "co-wechat", mode: "safe", program: server("co-wechat") },
    { name: "node-easywechat", mode: "safe", program: server("node-easywechat") },
    ...others,
  ];
}
