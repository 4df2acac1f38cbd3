/**
 * Runs a block of a document as its reader would: as a module in a folder of its own. What it
 * imports is put in place: the library under test and the lab, a `node:http` whose servers take a
 * free port, a `node:test` whose tests are run when they are asked for, and a stand-in for Express,
 * which this project does not install.
 */
import { writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join, resolve } from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import type { Bot, BotOptions, ListenOptions, Mounted, RunningServer } from "../../src/index.ts";
import { temporaryFolder } from "../cli/process.ts";
import { until } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { createExpress, parseJson } from "./express.ts";
import type { CreateExpress } from "./express.ts";
import { ROOT } from "./markdown.ts";

/** What a block made. */
export interface Performance {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly bots: readonly Bot[];
  /** The tests that it has. */
  readonly tests: readonly WrittenTest[];
  /** Where its only server listens. */
  port(): number;
}

/** A test in a block. */
export interface WrittenTest {
  readonly title: string;
  readonly run: () => Promise<void>;
}

/** What the stand-ins of a block's imports need of the stage; they find it on `globalThis`. */
interface Stage {
  createBot(options: BotOptions): Bot;
  readonly createApi: typeof echostr.createApi;
  readonly openStore: typeof echostr.openStore;
  startServer(bots: Mounted | readonly Mounted[], options?: ListenOptions): Promise<RunningServer>;
  createServer(listener: RequestListener): Server;
  createExpress: CreateExpress;
  test(title: string, run: WrittenTest["run"]): void;
}

const FILE: string = resolve(ROOT, process.env["ECHOSTR_SUBJECT"] || "src/index.ts");
const SUBJECT: string = pathToFileURL(FILE).href;

/** From the source, or the file that lies beside the single one. */
const LAB: string = pathToFileURL(
  FILE.endsWith(".ts")
    ? resolve(ROOT, "lab/index.ts")
    : join(dirname(FILE), "echostr-lab.mjs"),
).href;

const STAND_INS: Readonly<Record<string, string>> = {
  echostr: `export * from ${JSON.stringify(SUBJECT)};
    export const { createApi, createBot, openStore, startServer } = globalThis.echostrStage;`,
  lab: `export * from ${JSON.stringify(LAB)};`,
  tests: `export const { test } = globalThis.echostrStage;`,
  http: `export * from "node:http";
    export const { createServer } = globalThis.echostrStage;`,
  express: `const { createExpress } = globalThis.echostrStage;
    export default createExpress;`,
};

const STAND_IN_OF: Readonly<Record<string, string>> = {
  echostr: "echostr",
  "./src/index.ts": "echostr",
  "./echostr.mjs": "echostr",
  "echostr/lab": "lab",
  "./lab/index.ts": "lab",
  "./echostr-lab.mjs": "lab",
  "node:test": "tests",
  "node:http": "http",
  express: "express",
};

/**
 * @param language `ts` or `js`
 * @param environment variables for the time in which the block runs
 * @param files what lies beside it, by name
 */
export async function perform(
  context: TestContext,
  { language, code }: { readonly language: string; readonly code: string },
  environment: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Performance> {
  const folder = temporaryFolder(context);
  for (const [name, text] of Object.entries(STAND_INS)) {
    writeFileSync(join(folder, `${name}.stand-in.mjs`), text);
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), withStandIns(text));
  }
  const file = join(folder, `block.m${language}`);
  writeFileSync(file, withStandIns(code));

  const bots: Bot[] = [];
  const ports: (() => number)[] = [];
  const tests: WrittenTest[] = [];
  setGlobal(context, {
    ...makeStage(context, bots, ports),
    test: (title, run) => void tests.push({ title, run }),
  });
  setEnvironment(context, environment);
  leaveSignals(context);
  const exports = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  await until("the servers of the block to listen", () => ports.every((port) => port() > 0));
  return {
    exports,
    bots,
    tests,
    port() {
      const [port, ...more] = ports;
      if (port === undefined || more.length > 0) throw new Error(`${ports.length} servers, not 1`);
      return port();
    },
  };
}

/** Imports of what is not there would fail by themselves. */
export function withStandIns(code: string): string {
  return code.replace(/^(import [^;]*? from )"([^"]+)";/gm, (whole, head: string, from: string) => {
    const name = STAND_IN_OF[from];
    return name === undefined ? whole : `${head}"./${name}.stand-in.mjs";`;
  });
}

function makeStage(
  context: TestContext,
  bots: Bot[],
  ports: (() => number)[],
): Omit<Stage, "test"> {
  const createServer = (listener: RequestListener): Server => {
    const server = createHttpServer(listener);
    const listen: (port: number, host: string) => Server = server.listen.bind(server);
    server.listen = () => listen(0, "127.0.0.1");
    ports.push(() => portOf(server));
    context.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return server;
  };
  return {
    createBot(options) {
      const bot = echostr.createBot({ log: () => {}, ...options });
      bots.push(bot);
      return bot;
    },
    createApi: echostr.createApi,
    openStore: echostr.openStore,
    async startServer(mounted, options) {
      const server = await echostr.startServer(mounted, { ...options, port: 0, host: "127.0.0.1" });
      ports.push(() => server.port);
      context.after(() => server.close());
      return server;
    },
    createServer,
    createExpress: Object.assign(() => createExpress(createServer), { json: () => parseJson }),
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo | null)?.port ?? 0;
}

function setGlobal(context: TestContext, stage: Stage): void {
  Object.assign(globalThis, { echostrStage: stage });
  context.after(() => Reflect.deleteProperty(globalThis, "echostrStage"));
}

function setEnvironment(context: TestContext, environment: Readonly<Record<string, string>>): void {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  context.after(() => {
    for (const name of Object.keys(environment)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });
}

/** A block may wait for SIGTERM; the process of the tests goes on after it. */
function leaveSignals(context: TestContext): void {
  const before = process.listeners("SIGTERM");
  context.after(() => {
    for (const listener of process.listeners("SIGTERM")) {
      if (!before.includes(listener)) process.off("SIGTERM", listener);
    }
  });
}
