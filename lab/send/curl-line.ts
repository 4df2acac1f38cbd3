/**
 * A request as a line for a shell, to be repeated, changed, or sent to somebody.
 *
 * @module
 */

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
  const url = withQuery(address, query);
  return [
    "curl -X",
    method,
    quoted(url),
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    // Not --data, which would take line ends out.
    `--data-binary ${quoted(body)}`,
  ].join(" ");
}

/** The address with a query behind the one that it may have. */
export function withQuery(address: string, query: string): string {
  const url = new URL(address);
  url.search = [url.search.slice(1), query].filter((part) => part !== "").join("&");
  return url.href;
}

/** For a POSIX shell: inside single quotes only a single quote has a meaning. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
