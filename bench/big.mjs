// What is large: `node bench/big.mjs [--only cdata,connections,followers,redis]`. Loopback only; the servers
// that it starts end with it. Ten thousand connections need `ulimit -n 16384` or more.

import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { measureCdata } from "./big/cdata.mjs";
import { measureConnections } from "./big/connections.mjs";
import { measureFollowers } from "./big/followers.mjs";
import { measureRedis } from "./big/redis.mjs";
import { pinLoad } from "./programs.mjs";
import { machine, requireBuild, table } from "./report.mjs";

const { values } = parseArgs({ options: { only: { type: "string" } } });
const program = requireBuild("echostr-server.mjs");
const library = pathToFileURL(requireBuild("echostr.mjs")).href;
const PARTS = {
  cdata: () => measureCdata(library),
  connections: (cores) => measureConnections(program, cores),
  followers: (cores) => measureFollowers(program, cores),
  redis: (cores) => measureRedis(program, cores),
};

const chosen = values.only?.split(",") ?? Object.keys(PARTS);
const unknown = chosen.find((name) => !Object.hasOwn(PARTS, name));
if (unknown !== undefined) {
  console.error(`--only: some of ${Object.keys(PARTS).join(", ")} expected, got ${unknown}`);
  process.exit(1);
}

console.log(machine());
const cores = pinLoad();
const rows = [];
for (const name of chosen) {
  process.stderr.write(`${name}\n`);
  rows.push(...(await PARTS[name](cores)));
}
console.log(`\n${table(["what", "measured"], rows)}`);
