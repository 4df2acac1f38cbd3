/**
 * The body of an answer, of which the beginning may be looked at before it is known what it is: a
 * file and a refusal come from the same endpoints, and what the header calls them is not to be
 * relied on. Files have come as `text/plain`, and so does JSON there.
 *
 * @module
 */
import { answerInvalid } from "./api-error.ts";

/** How many blanks are accepted in front of JSON. */
const BLANKS = 1024;

/** As bytes are compared: a byte order mark and blanks. */
const IN_FRONT = /^(?:\xef\xbb\xbf)?[ \t\r\n]*/;

/** A page, and not a picture: what a proxy answers in place of WeChat. */
const PAGE = /^<(?:!doctype|!--|html|head|body|\?xml)/i;

export class AnswerBody {
  readonly #response: Response;
  readonly #chunks: AsyncIterator<Uint8Array> | undefined;
  #begun: Buffer = Buffer.alloc(0);

  constructor(response: Response) {
    this.#response = response;
    this.#chunks = response.body?.[Symbol.asyncIterator]();
  }

  /**
   * What it is: a file if it is called an attachment, and else what it begins with decides, unless
   * the header names a kind of file.
   */
  async look(): Promise<"file" | "json" | "page" | "nothing"> {
    const { headers } = this.#response;
    if (/\battachment\b/i.test(headers.get("content-disposition") ?? "")) return "file";
    const start = await this.#start();
    if (this.#begun.length === 0) return "nothing";
    if (/^(?:image|audio|video)\//i.test(headers.get("content-type") ?? "")) return "file";
    if (start.startsWith("{")) return "json";
    return PAGE.test(start) ? "page" : "file";
  }

  /** All of it, what was looked at included; may be asked for once. */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      if (this.#begun.length > 0) yield this.#begun;
      for (;;) {
        const next = await this.#chunks?.next();
        if (next === undefined || next.done === true) return;
        yield next.value;
      }
    } finally {
      await this.cancel();
    }
  }

  /** It is no longer needed. */
  async cancel(): Promise<void> {
    await this.#chunks?.return?.();
  }

  /** What comes first, but blanks, as far as it is here. */
  async #start(): Promise<string> {
    for (;;) {
      const seen = this.#begun.toString("latin1", 0, BLANKS + 16);
      const start = seen.replace(IN_FRONT, "");
      if (start.length >= 9 || this.#begun.length > BLANKS) return start;
      const next = await this.#chunks?.next();
      if (next === undefined || next.done === true) return start;
      this.#begun = Buffer.concat([this.#begun, next.value]);
    }
  }
}

/**
 * The bytes of all chunks. What stands between here and WeChat may send without end.
 *
 * @param what is expected, for the error: `Answer`, `File`
 * @param hint stands at the end of the error
 * @throws EchostrError `API_ANSWER_INVALID` when there are more; the rest is not read then
 */
export async function gather(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  what: string,
  path: string,
  hint: string = "",
): Promise<Buffer<ArrayBuffer>> {
  const gathered: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw answerInvalid(`${what} of at most ${maxBytes} bytes expected from ${path}, got more${hint}`);
    }
    gathered.push(chunk);
  }
  return Buffer.concat(gathered);
}
