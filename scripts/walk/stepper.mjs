// A worker that stops the main thread at the beginning of each function that it is given, and notes
// what stands on the stack then. The main thread stands still meanwhile, so this is a thread of its
// own. It is JavaScript, so that every Node runs it without a loader.
import { Session } from "node:inspector/promises";
import { parentPort, workerData } from "node:worker_threads";

const { source, functions } = workerData;

/** The addresses of the source's files, by the debugger's ids for them. */
const urls = new Map();
/** Which of the functions a breakpoint belongs to. */
const called = new Map();
/** For each function that was entered: which one, and the stack, latest first. */
const stops = [];

const session = new Session();

// Listening also keeps this thread alive while it waits for the debugger.
parentPort.on("message", () => {
  session.disconnect();
  parentPort.postMessage(stops);
  parentPort.close();
});

session.connectToMainThread();

session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => {
  if (url.startsWith(source)) urls.set(scriptId, url);
});

session.on("Debugger.paused", ({ params: { callFrames, hitBreakpoints } }) => {
  // The last one is perhaps never answered.
  session.post("Debugger.resume").catch(() => {});
  const stack = callFrames.map(placeOf).filter((place) => place !== undefined);
  stops.push({ called: called.get(hitBreakpoints[0]), stack });
});

await session.post("Debugger.enable");
for (const [scriptId, url] of urls) {
  const { scriptSource } = await session.post("Debugger.getScriptSource", { scriptId });
  for (const [index, each] of functions.entries()) {
    if (each.url !== url) continue;
    const { startOffset, endOffset } = each;
    const bodyOffset = startOfBody(scriptSource, startOffset);
    const { locations } = await session.post("Debugger.getPossibleBreakpoints", {
      start: locationOf(scriptId, scriptSource, bodyOffset),
      end: locationOf(scriptId, scriptSource, endOffset),
      restrictToFunction: true,
    });
    const location = locations[0];
    const { breakpointId } = await session.post("Debugger.setBreakpoint", { location });
    called.set(breakpointId, index);
  }
}
parentPort.postMessage("ready");

function placeOf({ functionName, functionLocation }) {
  const url = urls.get(functionLocation?.scriptId);
  if (url === undefined) return undefined;
  const { lineNumber, columnNumber } = functionLocation;
  return { url, name: functionName, at: `${url}:${lineNumber}:${columnNumber}` };
}

/** Behind the parameters, whose defaults are places too, and are not always come to. */
function startOfBody(text, startOffset) {
  let depth = 0;
  for (let at = startOffset; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    if (text[at] === ")" && (depth -= 1) === 0) return at + 1;
    // `a => …`, without parentheses.
    if (depth === 0 && text.startsWith("=>", at)) return at + 2;
  }
  return startOffset;
}

function locationOf(scriptId, text, offset) {
  const lines = text.slice(0, offset).split("\n");
  return { scriptId, lineNumber: lines.length - 1, columnNumber: lines.at(-1).length };
}
