/**
 * A form as the bytes that travel (`multipart/form-data`). It is made here and not by `fetch`: a
 * `fetch` of one's own, such as that of the package undici with a proxy, does not know the `FormData`
 * of the runtime and sends the words `[object FormData]`. And WeChat wants to know the length.
 *
 * @module
 */
import { messageOf } from "../errors.ts";
import { inputInvalid } from "./api-error.ts";

/** A form, ready to be sent any number of times. */
export class Multipart {
  /** The content type, with the boundary. */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(type: string, bytes: Uint8Array<ArrayBuffer>) {
    this.type = type;
    this.bytes = bytes;
  }
}

/** What a form holds: texts and files. A file of another `FormData` is of another class. */
type Entry = readonly [name: string, value: string | FileLike];

interface FileLike {
  readonly name?: string;
  readonly type?: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Whether a body is a form, of the runtime or of another library. */
export function isForm(body: unknown): body is Iterable<Entry> {
  return Object.prototype.toString.call(body) === "[object FormData]";
}

/**
 * Writes a form as browsers do: names and file names are escaped, line ends in texts are CRLF.
 *
 * @param boundary must not occur in any part, so it must be random
 * @throws EchostrError `API_INPUT_INVALID` for a form that cannot be read, and a file in it
 *
 * @example
 * const form = new FormData();
 * form.set("media", new Blob([bytes], { type: "image/png" }), "图.png");
 * const { type, bytes } = await formatMultipart(form, "----9f86d081884c7d65");
 */
export async function formatMultipart(form: Iterable<Entry>, boundary: string): Promise<Multipart> {
  // The package form-data makes streams, and no list of what is in it.
  if (typeof form[Symbol.iterator] !== "function") {
    throw inputInvalid("Form of a call must be a FormData of the runtime, got one of a package");
  }
  const pieces: Uint8Array[] = [];
  const write = (text: string): unknown => pieces.push(Buffer.from(text));
  for (const [name, value] of form) {
    write(`--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"`);
    if (typeof value === "string") {
      write(`\r\n\r\n${value.replace(/\r\n?|\n/g, "\r\n")}\r\n`);
      continue;
    }
    const type = /^[\x20-\x7e]+$/.test(value.type ?? "") ? value.type : "application/octet-stream";
    write(`; filename="${escaped(value.name ?? "blob")}"\r\nContent-Type: ${type}\r\n\r\n`);
    pieces.push(await readBlob(`File "${name}" of a form`, value));
    write("\r\n");
  }
  write(`--${boundary}--\r\n`);
  const bytes = new Uint8Array(Buffer.concat(pieces));
  return new Multipart(`multipart/form-data; boundary=${boundary}`, bytes);
}

/** As the standard of HTML says for names in a form. */
function escaped(name: string): string {
  return name.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22");
}

/**
 * All of a file. A folder, for one, can be opened but not read, and a file may have changed since.
 *
 * @param what names it in the error
 * @throws EchostrError `API_INPUT_INVALID`
 */
export async function readBlob(
  what: string,
  blob: Pick<FileLike, "arrayBuffer">,
): Promise<Buffer<ArrayBuffer>> {
  try {
    return Buffer.from(await blob.arrayBuffer());
  } catch (cause) {
    throw inputInvalid(`${what} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
