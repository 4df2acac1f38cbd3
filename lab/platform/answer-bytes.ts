/**
 * How much of an answer the lab reads: a server that is tried may send without end.
 *
 * @module
 */

/** An answer of ours never comes near it. */
export const ANSWER_LIMIT_BYTES: number = 1_048_576;

/** @throws Error if there are more bytes; then no more are read */
export async function readAnswer(
  chunks: AsyncIterable<Uint8Array>,
  limitBytes: number = ANSWER_LIMIT_BYTES,
): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limitBytes) throw new Error(`it is longer than ${limitBytes} bytes`);
    read.push(chunk);
  }
  return new Uint8Array(Buffer.concat(read));
}
