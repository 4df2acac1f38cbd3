/**
 * A place that nobody has a reason to visit but an XML parser which follows external entities: a
 * loopback address, and a file. Both hold a mark by which their content is known again in a reply.
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { randomText } from "../platform/identifiers.ts";

export interface EntityTrap {
  readonly url: string;
  readonly fileUrl: string;
  /** What the file and the address contain. */
  readonly mark: string;
  /** Whether the address was called. */
  isSprung(): boolean;
  close(): Promise<void>;
}

export async function openEntityTrap(): Promise<EntityTrap> {
  const mark = `oEntity${randomText(12).replace(/[^A-Za-z0-9]/g, "0")}`;
  let calls = 0;
  const server = createServer((_request, response) => {
    calls += 1;
    response.end(mark);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const folder = mkdtempSync(join(tmpdir(), "echostr-check-"));
  const file = join(folder, "entity.txt");
  writeFileSync(file, mark);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/entity`,
    fileUrl: pathToFileURL(file).href,
    mark,
    isSprung: () => calls > 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
