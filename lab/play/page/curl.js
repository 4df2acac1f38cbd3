/**
 * A request as a command for a shell.
 *
 * @module
 */

/** @typedef {import("../view.ts").RequestView} RequestView */

/** What single quotes cannot hold on a command line: control characters other than line feeds. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f]/;

/**
 * @param {RequestView} request
 * @returns {string}
 *
 * @example
 * curlOf(request); // curl 'http://127.0.0.1:41999/wx?signature=…' \ …
 */
export function curlOf({ method, url, headers, body }) {
  const lines = [
    `curl ${quote(url)}`,
    ...(method === "POST" ? [] : [`-X ${method}`]),
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
  ];
  // No argument can hold U+0000, and a terminal eats others: printf makes them from their numbers.
  if (CONTROL.test(body))
    return `printf ${quote(escaped(body))} | ${[...lines, "--data-binary @-"].join(" \\\n  ")}`;
  return [...lines, `--data-binary ${quote(body)}`].join(" \\\n  ");
}

/** @param {string} text */
function quote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * For the first argument of printf.
 *
 * @param {string} text
 */
function escaped(text) {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("%", "%%")
    .replace(
      new RegExp(CONTROL, "g"),
      (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
    );
}
