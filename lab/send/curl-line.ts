/**
 * A request as a line for a shell, to be repeated, changed, or sent to somebody.
 *
 * @module
 */
import { withQuery } from "../platform/http-target.ts";

/** What is sent; it contains a signature, but not the token. */
export interface CurlRequest {
  readonly method: string;
  readonly address: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * @example
 * curlLine({ method: "POST", address: "http://127.0.0.1:8080/wx", query, headers: {}, body });
 */
export function curlLine({ method, address, query, headers, body }: CurlRequest): string {
  return [
    "curl -X",
    method,
    quoted(withQuery(address, query).href),
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    // Not --data, which would take line ends out.
    `--data-binary ${quoted(body)}`,
  ].join(" ");
}

/** For a POSIX shell: inside single quotes only a single quote has a meaning. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
