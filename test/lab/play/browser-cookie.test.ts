/** Where a browser sends the cookie of the page: it knows no ports. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { startPlay } from "../../../lab/play/start-play.ts";
import { findBrowser, MISSING_BROWSER, skipWithoutBrowser } from "./browser-programs.ts";
import { serverCommand } from "./stage.ts";
import { Browser } from "./webdriver.ts";

const programs = findBrowser();
const skip = skipWithoutBrowser();

test("A browser sends the page's cookie to no other port of this machine", { skip }, async (context) => {
  assert.ok(programs !== undefined, MISSING_BROWSER);
  const seen: string[] = [];
  const other = createServer((request, response) => {
    seen.push(`${request.url} ${request.headers.cookie ?? "none"}`);
    response.setHeader("Content-Type", "text/html");
    response.end("<p class=other>another server</p>");
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  context.after(() => other.close());
  const program = { command: serverCommand(), botFile: undefined, folder: "/" };
  const play = await startPlay({ port: 0, program, environment: { PATH: process.env["PATH"] } });
  context.after(() => play.close());
  const browser = await Browser.start(programs, { width: 800, height: 600, language: "en-US" });
  context.after(() => browser.close());
  await browser.open(play.address);
  await browser.sees(/default bot|测试|running/i, ".status.is-running");
  const { port } = other.address() as AddressInfo;
  await browser.open(`http://127.0.0.1:${port}/do`);
  await browser.sees(/another server/, ".other");
  const pages = seen.filter((line) => !line.startsWith("/favicon"));
  assert.deepEqual(pages, ["/do none"]);
});
