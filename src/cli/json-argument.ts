/**
 * JSON that a command is given: as a word, in a file behind `@`, or on the standard input for `-`.
 *
 * @module
 */
import { readFileSync, readSync } from "node:fs";
import { parseJson } from "../api/json.ts";
import { messageOf } from "../errors.ts";
import { UsageError } from "./failure-line.ts";
import { sentences } from "./language.ts";
import { decodeText } from "./text-file.ts";

const said = sentences(
  {
    unreadable: (cause: string) => `File cannot be read: ${cause}`,
    noJson: (file: string | undefined, cause: string) =>
      `JSON expected${file === undefined ? "" : ` in ${file}`}: ${cause}`,
  },
  {
    unreadable: (cause) => `无法读取文件：${cause}`,
    noJson: (file, cause) => `${file === undefined ? "参数" : `${file} 的内容`}不是 JSON：${cause}`,
  },
);

/** @throws UsageError when there is none */
export function readJson(word: string): unknown {
  let text = word;
  try {
    if (word === "-") text = decodeText(readStandardInput());
    else if (word.startsWith("@")) text = decodeText(readFileSync(word.slice(1)));
  } catch (cause) {
    throw new UsageError(said().unreadable(messageOf(cause)));
  }
  try {
    // As answers are read: an id above 2^53 stays exact, as a string.
    return parseJson(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const file = word.startsWith("@") ? word.slice(1) : undefined;
    throw new UsageError(said().noJson(file, messageOf(cause)));
  }
}

/** It may have been left non-blocking by whoever had it before: then there is something to wait for. */
function readStandardInput(): Buffer {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.alloc(65_536);
    try {
      const bytes = readSync(0, chunk);
      if (bytes === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // How Windows says that a pipe has ended.
      if (code === "EOF") return Buffer.concat(chunks);
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
