// Loaded into a server by `--import` for the memory benchmark: SIGUSR2 makes it collect and write
// the size of its heap to a file. The server's own code need not know of it.

import { renameSync, writeFileSync } from "node:fs";

const file = process.env.BENCH_HEAP_FILE;

process.on("SIGUSR2", () => {
  globalThis.gc();
  // Renaming is atomic: the reader sees the whole answer or none.
  writeFileSync(`${file}.part`, JSON.stringify(process.memoryUsage()));
  renameSync(`${file}.part`, file);
});
