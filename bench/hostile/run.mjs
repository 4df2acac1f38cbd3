// Hostile peers, thousands of each kind, against a server of ours, with honest deliveries beside
// them: `make hostile`. COUNT=2000 for fewer, KINDS="silent deaf" for some, NODES="/path/to/node …"
// for other versions, TRANSPORTS="plain", SHORT=1 for a short form. Loopback only; ends with status 1
// when a bound is broken.

import { broken } from "./bounds.mjs";
import { descriptorLimit } from "./figures.mjs";
import { kinds } from "./kinds/index.mjs";
import { readOptions } from "./options.mjs";
import { headLines, rowLine } from "./table.mjs";
import { runTrial } from "./trial.mjs";

/** What a process needs beside the connections. */
const SPARE_DESCRIPTORS = 200;

const UNKNOWN_LIMITS = { headers: 0, request: 0, keepAlive: 0, write: 0 };

let options;
try {
  options = readOptions(process.env, kinds(UNKNOWN_LIMITS).map(({ name }) => name));
  checkSystem(options);
} catch (error) {
  console.error(error.message);
  process.exit(2);
}

console.log(`${options.count} connections of each kind, where it does not say otherwise`);
for (const line of headLines()) console.log(line);
const problems = [];
for (const node of options.nodes) {
  for (const transport of options.transports) {
    for (const kind of chosenKinds(options, transport)) {
      const row = await runTrial(options, node, transport, kind);
      console.log(rowLine(row));
      problems.push(...broken(row, options.freeMs));
    }
  }
}
for (const problem of problems) console.log(`BROKEN  ${problem}`);
console.log(problems.length === 0 ? "held" : `${problems.length} bounds broken`);
process.exit(problems.length === 0 ? 0 : 1);

function chosenKinds({ chosen, isShort, limits }, transport) {
  const fitting = kinds(limits).filter((kind) => (kind.transport ?? transport) === transport);
  if (chosen.length > 0) {
    return fitting.filter(({ name }) => name === "nobody" || chosen.includes(name));
  }
  if (!isShort) return fitting;
  // Over TLS the short form has what only TLS has.
  return fitting.filter(
    (kind) => kind.name === "nobody" || (kind.short && (transport === "plain" || kind.transport)),
  );
}

function checkSystem({ count }) {
  if (process.platform !== "linux") throw new Error("make hostile reads /proc: it needs Linux");
  const limit = descriptorLimit();
  const needed = count + SPARE_DESCRIPTORS;
  if (limit < needed) {
    throw new Error(
      `COUNT=${count} needs ${needed} file descriptors for a process, got ${limit}: ` +
        `raise it (ulimit -n ${needed}) or take a smaller COUNT`,
    );
  }
}
