// Which part of a message's way a sample of the profiler belongs to.

import { pathToFileURL } from "node:url";

/** What starts and ends the profiler is no part of a message. */
const PROBE = "/profile-probe.mjs";

/** What a file of `src` is for, by the longest beginning of its path. */
const PARTS_OF_FILES = [
  ["src/protocol/query", "query"],
  ["src/protocol/signature", "signature"],
  ["src/protocol/encryption", "encryption"],
  ["src/protocol/repl", "reply"],
  ["src/protocol/json-reply", "reply"],
  ["src/protocol/text-cut", "reply"],
  ["src/protocol/cut-places", "reply"],
  ["src/protocol/graphemes", "reply"],
  ["src/protocol/unbreakable", "reply"],
  ["src/protocol/xml", "XML"],
  ["src/protocol/", "message"],
  ["src/bot/", "handler"],
  ["src/delivery/", "delivery"],
  ["src/store/", "delivery"],
  ["src/cli/log", "log"],
  ["src/log", "log"],
  ["src/server/delivery-log", "log"],
  ["src/server/body", "body"],
  ["src/", "exchange"],
];

const PARTS_OF_NODE = [
  ["node:_http", "HTTP"],
  ["node:internal/http", "HTTP"],
  ["node:net", "socket"],
  ["node:internal/stream_base", "socket"],
  ["node:internal/streams", "socket"],
  ["node:stream", "socket"],
];

/** In the order of a message's way. */
export const PARTS = [
  "socket", "HTTP", "body", "query", "signature", "encryption", "XML", "message",
  "exchange", "delivery", "handler", "reply", "log", "collector", "other",
];

/** Parts that have work done in Node's modules which is theirs: hashing, encrypting, writing a file. */
const OWNERS = new Set(["signature", "encryption", "log", "query"]);

/** By line of a bundle: the file of `src` that it came from, of which the bundler leaves a comment. */
export function filesOfLines(bundle) {
  let file = "";
  return bundle.split("\n").map((line) => {
    file = /^\s*\/\/ (\S+\.ts)$/.exec(line)?.[1] ?? file;
    return file;
  });
}

const find = (table, path) => table.find(([start]) => path.startsWith(start))?.[1];

/** `{ part, where }` of one frame alone; `undefined` where it says nothing: native code. */
function partOfFrame({ url, lineNumber, functionName }, files, program) {
  if (functionName === "(garbage collector)") return { part: "collector", where: functionName };
  if (url.startsWith("node:")) {
    const part = find(PARTS_OF_NODE, url);
    return part && { part, where: `${functionName || "(anonymous)"} ${url}` };
  }
  const file = url === program ? files[lineNumber] : undefined;
  if (!file) return undefined;
  return { part: find(PARTS_OF_FILES, file) ?? "other", where: `${functionName || "(anonymous)"} ${file}` };
}

/**
 * Milliseconds by part and by function, of a profile, and the text and the path of the bundle that ran. Time in
 * Node's own modules belongs to them, but for what a part with work of its own asked for.
 */
export function timeByPart({ nodes, samples, timeDeltas }, bundle, path) {
  const program = pathToFileURL(path).href;
  const files = filesOfLines(bundle);
  const frames = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const places = new Map();
  const placeOf = (id) => {
    if (id === undefined) return undefined;
    if (!places.has(id)) {
      const own = partOfFrame(frames.get(id).callFrame, files, program);
      const above = placeOf(parents.get(id));
      const isNodes = frames.get(id).callFrame.url.startsWith("node:") || own === undefined;
      places.set(id, above && OWNERS.has(above.part) && isNodes ? above : (own ?? above));
    }
    return places.get(id);
  };
  const parts = new Map(PARTS.map((part) => [part, 0]));
  const functions = new Map();
  samples.forEach((id, index) => {
    const { functionName, url } = frames.get(id).callFrame;
    if (functionName === "(idle)" || url.endsWith(PROBE)) return;
    const milliseconds = timeDeltas[index] / 1000;
    const { part, where } = placeOf(id) ?? { part: "other", where: functionName };
    parts.set(part, parts.get(part) + milliseconds);
    functions.set(where, (functions.get(where) ?? 0) + milliseconds);
  });
  return { parts, functions };
}
