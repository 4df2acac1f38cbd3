/**
 * Two processes of the program behind a balancer, as `docs/deploy.md` sets them up, and a platform
 * that goes on delivering while they are restarted one after the other.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Environment, type Process, freePort, launch } from "../cli/process.ts";
import { temporaryFolder } from "../cli/process.ts";
import { stop } from "../cli/started.ts";
import { type Account, field, openReply } from "../server/platform.ts";
import { type Answer, type Sent, exchange, open } from "../support/http.ts";

/** Answers `7` with `7：答` after up to 0.2 s, and notes each run. */
const BOT = `import { appendFileSync } from "node:fs";
export default (bot) => {
  bot.on("text", async ({ Content }) => {
    appendFileSync(process.env.RUNS, Content + "\\n");
    await new Promise((resolve) => setTimeout(resolve, (Number(Content) % 11) * 20));
    return Content + "：答";
  });
};
`;

/** The processes, each on a port of its own. */
export class Fleet {
  readonly ports: readonly number[];
  readonly #context: TestContext;
  readonly #folder: string;
  readonly #programs: Process[] = [];

  constructor(context: TestContext, ports: readonly number[]) {
    this.ports = ports;
    this.#context = context;
    this.#folder = temporaryFolder(context);
    writeFileSync(join(this.#folder, "bot.mjs"), BOT);
    writeFileSync(this.#runs, "");
  }

  /** @param second the settings of the second process, where they are not those of the first */
  static async start(
    context: TestContext,
    first: Environment,
    second: Environment = first,
  ): Promise<Fleet> {
    const fleet = new Fleet(context, [await freePort(), await freePort()]);
    await Promise.all([fleet.#startOne(0, first), fleet.#startOne(1, second)]);
    return fleet;
  }

  /** Restarts one after the other: the second a moment after the first takes requests again. */
  async restart(environment: Environment): Promise<void> {
    for (const [index, program] of this.#programs.entries()) {
      await stop(program);
      await this.#startOne(index, environment);
      // A request that the first refused just before may be on its way to the second just now.
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  /** The texts for which a handler ran, in order. */
  runs(): readonly string[] {
    return readFileSync(this.#runs, "utf8").split("\n").filter((line) => line !== "");
  }

  get #runs(): string {
    return join(this.#folder, "runs");
  }

  async #startOne(index: number, environment: Environment): Promise<void> {
    const program = launch(this.#context, {
      folder: this.#folder,
      args: ["bot.mjs"],
      environment: {
        HOST: "127.0.0.1",
        PORT: String(this.ports[index]),
        LOG: "json",
        RUNS: this.#runs,
        ...environment,
      },
    });
    this.#programs[index] = program;
    await program.says(/消息加解密方式 .*\n/);
    // What is said before it listens for signals; once it has answered, it does.
    await exchange(this.ports[index] ?? 0, { target: "/healthz" });
  }
}

/** Sends a request on to one of several ports, and to the next if that is unavailable. */
export function balancer(ports: readonly number[]): (request: Sent) => Promise<Answer> {
  let turn = 0;
  return async (request) => {
    turn += 1;
    const first = turn;
    for (let tries = 1; ; tries += 1) {
      const port = ports[(first + tries) % ports.length] ?? 0;
      try {
        return await exchange(port, request);
      } catch (error) {
        if (tries >= ports.length) throw error;
      }
    }
  };
}

/** What came of the messages. */
export interface Tally {
  readonly sent: number;
  /** Those that did not get their own answer, with what they got. */
  readonly wrong: readonly string[];
  /** Handlers that ran more or less than once. */
  readonly notOnce: readonly string[];
}

/** Delivers a message every few milliseconds, each once, until it is told to stop. */
export class Traffic {
  readonly #sending: Promise<string | undefined>[] = [];
  readonly #loop: Promise<void>;
  #running = true;

  /** @param deliver sends a text and gives the content of the answer */
  constructor(context: TestContext, deliver: (text: string) => Promise<string>) {
    context.after(() => {
      this.#running = false;
    });
    this.#loop = this.#run(deliver);
  }

  get sent(): number {
    return this.#sending.length;
  }

  /** Waits until so many messages are on their way or answered. */
  async reaches(count: number): Promise<void> {
    while (this.sent < count) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async end(fleet: Fleet): Promise<Tally> {
    this.#running = false;
    await this.#loop;
    const wrong = (await Promise.all(this.#sending)).filter((each) => each !== undefined);
    const runs = new Map<string, number>();
    for (const text of fleet.runs()) runs.set(text, (runs.get(text) ?? 0) + 1);
    const texts = this.#sending.map((_sending, index) => String(index));
    const notOnce = texts.filter((text) => runs.get(text) !== 1);
    return { sent: this.sent, wrong, notOnce };
  }

  async #run(deliver: (text: string) => Promise<string>): Promise<void> {
    while (this.#running) {
      const text = String(this.sent);
      this.#sending.push(
        deliver(text).then(
          (content) => (content === `${text}：答` ? undefined : `${text}: ${content}`),
          (error: unknown) => `${text}: ${String(error)}`,
        ),
      );
      await new Promise((resolve) => setTimeout(resolve, 8));
    }
  }
}

/** Waits until somebody takes connections there. */
export async function listens(port: number): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      (await open(port)).close();
      return;
    } catch (error) {
      if (tries >= 250) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** The content of an answer, plain or encrypted for the account. */
export function contentOf(answer: Answer, account?: Account): string {
  if (answer.status !== 200) return `status ${answer.status}`;
  return field(account === undefined ? answer.body : openReply(account, answer).xml, "Content");
}
