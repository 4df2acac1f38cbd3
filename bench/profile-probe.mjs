// Loaded into a server by `--import` for `bench/profile.mjs`: the first SIGUSR2 starts the profiler, the
// second one writes what it saw to a file. The server's own code need not know of it.

import { Session } from "node:inspector";
import { renameSync, writeFileSync } from "node:fs";

const file = process.env.BENCH_PROFILE_FILE;
const session = new Session();
let runs = false;

function write(text) {
  // Renaming is atomic: the reader sees the whole answer or none.
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
}

process.on("SIGUSR2", () => {
  if (runs) {
    session.post("Profiler.stop", (error, { profile } = {}) => write(JSON.stringify(profile ?? String(error))));
    return;
  }
  runs = true;
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.setSamplingInterval", { interval: 200 });
  session.post("Profiler.start", () => write('"started"'));
});
