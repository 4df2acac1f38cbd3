// The process of the hostile peers, one kind of them: opens connections, and opens those anew that
// the server has closed. Started by trial.mjs; ends with it.

import { Peer, stopPouring } from "./peer.mjs";
import { kinds } from "./kinds/index.mjs";

process.once("disconnect", () => process.exit());

const { name, port, tls, count, rate, limits } = JSON.parse(process.argv[2]);
const kind = kinds(limits).find((each) => each.name === name);

const TICK_MS = 20;
/** Opening anew is slower: a peer that is turned away at once would else do nothing but that. */
const ANEW = 0.25;

let tried = 0;
let live = 0;
let opening = true;
let allowed = 0;
let lastTick = performance.now();

const ticks = setInterval(() => {
  const elapsed = performance.now() - lastTick;
  lastTick += elapsed;
  const pace = tried < count ? rate : rate * ANEW;
  allowed = Math.min(allowed + (elapsed / 1000) * pace, pace / 4 + 1);
  while (allowed >= 1 && wantsMore()) {
    allowed -= 1;
    open();
  }
}, TICK_MS);

function wantsMore() {
  return opening && live < count && (!kind.once || tried < count);
}

function open() {
  tried += 1;
  live += 1;
  new Peer({ kind, port, tls, onClose: () => (live -= 1) });
}

process.on("message", (message) => {
  if (message !== "stop") return;
  opening = false;
  stopPouring();
  clearInterval(ticks);
});
setInterval(() => process.send({ tried, live }), 100);
